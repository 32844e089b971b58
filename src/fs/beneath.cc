#include "fs/beneath.h"

namespace hubcache::fs {

Result<Source> open_beneath(const path& root, std::string_view relative) {
  const Root opened(root);
  return open_source(Name(opened, relative));
}

Result<Status> status_beneath(const path& root, std::string_view relative) {
  const Root opened(root);
  return status_of(Name(opened, relative));
}

}  // namespace hubcache::fs
