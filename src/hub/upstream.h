// Finds the real hub if the variables point to hubcache's local hub.
#pragma once

#include <optional>
#include <string>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "http/proxy.h"

namespace hubcache::hub {

/// The local hub's address. `run` and `env` set this variable together with the clients' variables, and save the
/// previous values of the clients' variables in each Hub::upstream_variable. hubcache's commands ask the hubs in
/// Hub::upstream_variable, since the local hub's answers contain the adopted files, not the real hub's.
constexpr const char* local_hub_variable = "HUBCACHE_LOCAL_HUB";

/// Returns the value of `variable`; if that is the local hub's address, returns the value of `before`.
std::optional<std::string> hub_named_by(const Environment& environment, const char* variable, const char* before);

/// Returns ErrorCode::hub if unencrypted requests to the hub at `address` would go to the local hub as a proxy. An
/// offline local hub refuses them; after it ends, another user's program may listen on its port and would get the
/// token.
Result<void> check_not_through_local_hub(const Environment& environment, const std::string& address,
                                         http::ProxyRules rules);

}  // namespace hubcache::hub
