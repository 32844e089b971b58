// What the user has of a repo, by which the hub is asked about it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include <hubcache/repo.h>

#include "hub/view.h"
#include "repo/local_tree.h"

namespace hubcache::hub {

struct Local {
  /// Of the others the real sizes of LFS files are wanted. May be called on any thread.
  std::function<bool(const RelPath&)> has;
  std::size_t names = 0;              ///< files and folders; 0: not known
  std::optional<RelPath> plain = {};  ///< a file that the hub probably has, as a small one
  std::optional<RelPath> lfs = {};    ///< one that it probably has, and keeps in LFS
};

/// The tree has to outlive the result.
Local local_of(const LocalTree& tree);
/// The result keeps the tree, or the view.
Local local_of(std::shared_ptr<const LocalTree> tree);
Local local_of(std::shared_ptr<const View> view);

}  // namespace hubcache::hub
