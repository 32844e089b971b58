#include "repo/remote_tree.h"

#include <algorithm>

namespace hubcache {

const RemoteFile* RemoteTree::find(const RelPath& path) const {
  const auto found = std::ranges::lower_bound(files, path, {}, &RemoteFile::path);
  return found != files.end() && found->path == path ? &*found : nullptr;
}

}  // namespace hubcache
