// Builds the proxy variables of a command that uses the local hub.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <hubcache/environment.h>

#include "server/forward_proxy.h"
#include "server/front.h"

namespace hubcache::local_hub {

using Variables = std::vector<std::pair<std::string, std::optional<std::string>>>;  ///< nullopt: unset the variable

/// Returns the proxy variables to set or unset, in addition to those of the dialects. `root`: address of the local hub.
/// NO_PROXY and no_proxy: both are set, because requests and urllib read no_proxy first and other programs read
/// NO_PROXY. Each keeps its own list, or takes the other's if it is empty. Egress::no_hubs removes `hubs` from the
/// lists, Egress::nothing clears them. Both lists always contain 127.0.0.1, localhost and ::1.
/// HTTP_PROXY, HTTPS_PROXY and their lower-case forms: `root` unless the egress is free. ALL_PROXY and all_proxy:
/// `root` only for Egress::nothing. A proxy variable that is not set here but has the value `root` is unset.
Variables proxy_variables(const Environment& environment, const std::string& root, server::Egress egress,
                          const server::HostNames& hubs);

/// Returns the variables that lead https requests for the fronts to `root`, in addition to those of the command.
/// `for_command`: the command's variables. `bundle`: the file with the certificates that it must trust.
Variables front_variables(const Environment& for_command, const std::string& root,
                          const std::vector<server::Front>& fronts, const std::string& bundle);

}  // namespace hubcache::local_hub
