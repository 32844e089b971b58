// Finds the process at the other end of a connection on this machine.
#pragma once

#include <string>

#include "server/peer_owner.h"

namespace hubcache::server {

/// Returns for example "python (process 4242)"; "a program" if /proc does not show the process (another user's
/// process). Reads the open files of all this user's processes: use it for messages, not for every request.
std::string process_of(const Result<PeerOwner>& peer);

}  // namespace hubcache::server
