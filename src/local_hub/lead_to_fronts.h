// Leads the clients of `hubcache run` that ask a fixed https site to the local hub.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include <hubcache/environment.h>

#include "local_hub/bundle_file.h"
#include "local_hub/local_hub.h"

namespace hubcache::local_hub {

/// Makes `hub` answer the fixed sites of hubs with adopted repos, and changes the variables of `for_command`:
/// https_proxy and HTTPS_PROXY name the hub, no_proxy and NO_PROXY do not cover the sites, and REQUESTS_CA_BUNDLE names
/// the returned file. It holds the authorities that requests trusts with `environment`, and the one of the hub's
/// certificates. If this is not possible, changes nothing and calls `tell`. nullopt: nothing was changed.
std::optional<BundleFile> lead_to_fronts(LocalHub& hub, const Environment& environment, Environment& for_command,
                                         const std::function<void(std::string_view)>& tell);

}  // namespace hubcache::local_hub
