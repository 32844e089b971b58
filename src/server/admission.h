// Decides to which users' programs the local hub responds.
#pragma once

#include <optional>
#include <string>

#include "server/message.h"
#include "server/peer_owner.h"

namespace hubcache::server {

struct Refusal {
  Answer answer;     ///< 403; the body contains the reason
  std::string line;  ///< message for the user of the local hub; the same for all requests of one user
};

/// Returns a refusal unless `peer` is the user of this process, or root, or `allows_all`. A peer whose user is unknown
/// is refused: it could be any user of this machine.
std::optional<Refusal> refusal_of(const Result<PeerOwner>& peer, bool allows_all);

}  // namespace hubcache::server
