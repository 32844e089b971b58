#include "base/try.h"
#include "fs/file.h"

namespace hubcache::fs {

Result<Status> status_beneath(const path& root, std::string_view relative) {
  path folder = root;
  for (std::size_t start = 0;;) {
    if (TRY(status_of(folder)).kind != Kind::folder) return Status{};
    const auto slash = relative.find('/', start);
    if (slash == relative.npos) return status_of(root / relative);
    folder = root / relative.substr(0, slash);
    start = slash + 1;
  }
}

}  // namespace hubcache::fs
