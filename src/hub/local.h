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
  /// Whether the user has the file. The hub is asked for the real sizes of the LFS files that the user lacks. May be
  /// called on any thread.
  std::function<bool(const RelPath&)> has;
  std::size_t names = 0;              ///< files and folders; 0: not known
  std::optional<RelPath> plain = {};  ///< a file that the hub probably has, as a small one
  std::optional<RelPath> lfs = {};    ///< one that it probably has, and keeps in LFS
};

/// The result keeps the tree, or the view.
Local local_of(std::shared_ptr<const LocalTree> tree);
Local local_of(std::shared_ptr<const View> view);

}  // namespace hubcache::hub
