// Names that the user's folder and the hub use for different kinds of things.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "repo/local_tree.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

struct SortedOut {
  LocalTree rest;
  /// Files that are there, and are not adopted: unlike those of `rest.left_out`, which could not be looked at. Sorted.
  std::vector<LeftOut> clashes;
};

/// `local` without what cannot stand beside what the hub has: files in a folder where the hub has a file (a symlink to
/// a folder is a file to it), and a file where the hub has a folder. nullopt: there are none.
std::optional<SortedOut> without_clashes(const LocalTree& local, const RemoteTree& remote);
/// The same by what was recorded: the files of the hub that the folder lacked; sorted.
std::optional<SortedOut> without_clashes(const LocalTree& local, const std::vector<std::string>& hub_only);

}  // namespace hubcache::adoption
