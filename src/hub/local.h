// The user's files of a repo; they decide what hubcache requests from the hub.
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
  /// Whether the user has the file. hubcache asks the hub for the real sizes of the LFS files that the user lacks. May
  /// be called on any thread.
  std::function<bool(const RelPath&)> has;
  std::size_t names = 0;              ///< number of files and folders; 0: unknown
  std::optional<RelPath> plain = {};  ///< a file that the hub probably has, and not in LFS
  std::optional<RelPath> lfs = {};    ///< a file that the hub probably has, in LFS
};

/// Describes the files of a tree, or of a view. The result shares ownership of the argument.
Local local_of(const std::shared_ptr<const LocalTree>& tree);
Local local_of(const std::shared_ptr<const View>& view);

}  // namespace hubcache::hub
