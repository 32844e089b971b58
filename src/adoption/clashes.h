// Finds names that are a file in the user's folder and a folder on the hub, or the other way round.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "repo/local_tree.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

struct SortedOut {
  LocalTree rest;
  /// Files that exist but are not adopted because of a clash (`rest.left_out` has those that could not be scanned).
  /// Sorted.
  std::vector<LeftOut> clashes;
};

/// Separates the local files that clash with the hub's files: files in a folder whose name is a file on the hub (the
/// hub lists a symlink to a folder as a file), and files whose name is a folder on the hub. Returns nullopt if no file
/// clashes.
std::optional<SortedOut> without_clashes(const LocalTree& local, const RemoteTree& remote);
/// Does the same if the hub was not asked. `hub_only`: the recorded hub files that the folder lacked; sorted.
std::optional<SortedOut> without_clashes(const LocalTree& local, const std::vector<std::string>& hub_only);

}  // namespace hubcache::adoption
