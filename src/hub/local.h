// What the user has of a repo, by which the hub is asked about it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include <hubcache/repo.h>

#include "repo/local_tree.h"

namespace hubcache::hub {

struct Local {
  std::function<bool(const RelPath&)> has;  ///< of the others the real sizes of LFS files are wanted
  std::size_t names = 0;                    ///< files and folders; 0: not known
  std::optional<RelPath> plain = {};        ///< a file that the hub probably has, as a small one
  std::optional<RelPath> lfs = {};          ///< one that it probably has, and keeps in LFS
};

/// The tree has to outlive the result.
Local local_of(const LocalTree& tree);

}  // namespace hubcache::hub
