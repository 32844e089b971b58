// The addresses of the real hubs, and the variables that lead clients to a local hub in their place.
#pragma once

#include <optional>
#include <string>

#include <hubcache/environment.h>
#include <hubcache/local_hub.h>
#include <hubcache/result.h>

#include "hub/hub.h"
#include "local_hub/variables.h"
#include "server/forward_proxy.h"

namespace hubcache::local_hub {

server::Egress egress_of(const LocalHubOptions& options);

/// Returns the address that other requests go to. `named`: the user's --upstream, for the hub of ids without a prefix.
Result<std::string> upstream_of(const hub::Hub& hub, const Environment& environment,
                                const std::optional<std::string>& named);

/// Returns the host names of the known hubs and of the hubs that the environment names.
server::HostNames hub_hosts(const Environment& environment, const std::optional<std::string>& named);

/// Returns the environment variables that lead every client to the local hub at `root`. `upstream`: see
/// LocalHubOptions.
Variables hub_variables(const Environment& environment, const std::string& root, server::Egress egress,
                        const std::optional<std::string>& upstream);

}  // namespace hubcache::local_hub
