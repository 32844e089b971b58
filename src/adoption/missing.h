// Decides which of the hub's files that the user's folder lacks the client will still download. Pure.
#pragma once

#include <optional>
#include <vector>

#include <hubcache/adopt.h>

#include "hub/target.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

/// A client's settings and the data that it works on.
struct ClientSees {
  const hub::Target& target;
  const hub::View& view;
  const hub::RevisionFacts& revision;  ///< with its listing
  const hub::ClientSettings& settings;
};

/// Returns nullopt if the client accepts what its place has for the file. `location`: the file's location in the place;
/// nullptr if the layout gives it none. `leaves`: the file at this location is about to leave the place.
std::optional<MissingFile> missing_file(const ClientSees& sees, const RemoteFile& file, const RelPath* location,
                                        bool leaves);

/// Removes the files that the client accepts now.
void drop_accepted(const ClientSees& sees, std::vector<MissingFile>& missing);

}  // namespace hubcache::adoption
