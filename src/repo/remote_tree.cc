#include "repo/remote_tree.h"

#include <algorithm>

namespace hubcache {

ObjectId unknown_id() {
  static const ObjectId zeros = *ObjectId::parse(std::string(40, '0'));
  return zeros;
}

const RemoteFile* RemoteTree::find(const RelPath& path) const {
  const auto found = std::ranges::lower_bound(files, path, {}, &RemoteFile::path);
  return found != files.end() && found->path == path ? &*found : nullptr;
}

}  // namespace hubcache
