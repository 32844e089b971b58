// adopt --match: only what is the hub's byte for byte.
#pragma once

#include <string>
#include <vector>

#include <hubcache/adopt.h>

#include "repo/local_tree.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

/// ErrorCode::usage for a request that no content could satisfy.
Result<void> check_match(const AdoptRequest& request);

/// Leaves the files that are the hub's in `local`, and gives those that are not. ErrorCode::difference if there are
/// any, unless the request is partial, or if nothing is left. ErrorCode::conflict for a partial one in place: the
/// client would replace there what is left out. `warnings` receives sentences for people.
Result<std::vector<VerifiedFile>> keep_matching(const Environment& environment, const AdoptRequest& request,
                                                bool in_place, LocalTree& local, const RemoteTree& remote,
                                                std::vector<std::string>& warnings);

}  // namespace hubcache::adoption
