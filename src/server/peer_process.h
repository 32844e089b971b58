// Which process is at the other end of a connection on this machine.
#pragma once

#include <string>

#include "server/peer_owner.h"

namespace hubcache::server {

/// Returns "python (process 4242)" by /proc; "a program" if that does not tell (another user's process). Reads the open
/// files of this user's processes: for messages, not for every request.
std::string process_of(const Result<PeerOwner>& peer);

}  // namespace hubcache::server
