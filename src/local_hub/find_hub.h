// Finds a local hub that another hubcache process runs, and checks that the process belongs to this user or root.
#pragma once

#include <string>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "server/forward_proxy.h"

namespace hubcache::local_hub {

/// The properties that a local hub reports about itself.
struct FoundHub {
  server::Egress egress = server::Egress::free;
  bool has_digests = false;  ///< true: it was started for clients that validate hashes
};

/// Asks the local hub at `root` ("http://127.0.0.1:8477"). Returns an Error unless the process that answers belongs to
/// this user or root: clients send their tokens there.
Result<FoundHub> find_hub(const std::string& root);

/// Checks the local hub that HUBCACHE_LOCAL_HUB names if a proxy variable leads to it: requests that this process
/// passes through would go there.
Result<void> check_named_hub(const Environment& environment);

/// Returns a note with the next command if the environment leads clients to a local hub that no longer runs; else "".
std::string dead_hub_note(const Environment& environment);

}  // namespace hubcache::local_hub
