// Finds the real hub if the variables point to hubcache's local hub.
#pragma once

#include <optional>
#include <string>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "http/proxy.h"

namespace hubcache::hub {

/// Set by run and env beside the clients' own variables: the local hub's address. The hubs that those have named before
/// are in each Hub::upstream_variable. hubcache's own commands ask these: the local hub answers for what is adopted,
/// and they are to find out what the hub has.
constexpr const char* local_hub_variable = "HUBCACHE_LOCAL_HUB";

/// Returns the value of `variable`; if that is an address of the local hub, the value of `before`.
std::optional<std::string> hub_named_by(const Environment& environment, const char* variable, const char* before);

/// ErrorCode::hub where requests to the hub at `address` would go to the local hub as a proxy, unencrypted. An offline
/// local hub refuses them; after its end, another user's program may have its port, and would see the token.
Result<void> check_not_through_local_hub(const Environment& environment, const std::string& address,
                                         http::ProxyRules rules);

}  // namespace hubcache::hub
