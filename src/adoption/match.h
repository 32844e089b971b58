// adopt --match: adopts only files that equal the hub's byte for byte.
#pragma once

#include <string>
#include <vector>

#include <hubcache/adopt.h>

#include "repo/local_tree.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

/// Returns ErrorCode::usage if the request's options contradict each other.
Result<void> check_match(const AdoptRequest& request);

/// Removes from `local` the files that differ from the hub's, and returns the differences. Returns
/// ErrorCode::difference if a file differs and the request is not partial, or if no file is left. Returns
/// ErrorCode::conflict for a partial request in place: the client would replace the skipped files there. Adds messages
/// for users to `warnings`.
Result<std::vector<VerifiedFile>> keep_matching(const Environment& environment, const AdoptRequest& request,
                                                bool in_place, LocalTree& local, const RemoteTree& remote,
                                                std::vector<std::string>& warnings);

}  // namespace hubcache::adoption
