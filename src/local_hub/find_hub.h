// Finds a local hub that another hubcache process runs, and makes sure that it is this user's or root's.
#pragma once

#include <string>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "server/forward_proxy.h"

namespace hubcache::local_hub {

/// A local hub as it describes itself.
struct FoundHub {
  server::Egress egress = server::Egress::free;
  bool has_digests = false;  ///< it was started for clients that validate hashes
};

/// Asks the local hub at `root` ("http://127.0.0.1:8477"). An Error unless the process that answers belongs to this
/// user or to root: clients send their tokens there.
Result<FoundHub> find_hub(const std::string& root);

/// Checks the local hub that HUBCACHE_LOCAL_HUB names, if one of the proxy variables leads to it: requests that are
/// passed through go there.
Result<void> check_named_hub(const Environment& environment);

}  // namespace hubcache::local_hub
