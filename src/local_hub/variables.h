// The environment of a command that is to find the local hub.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <hubcache/environment.h>

#include "server/forward_proxy.h"

namespace hubcache::local_hub {

using Variables = std::vector<std::pair<std::string, std::optional<std::string>>>;  ///< none: to be unset

/// What is to be set beside the dialects' own: 127.0.0.1, localhost and ::1 are reached without a proxy. Where the
/// local hub is the command's proxy (`root` is its address), none of `hubs` is in NO_PROXY,
/// and HTTP_PROXY and HTTPS_PROXY lead to it, which is undone where it is no more; of ALL_PROXY only what goes neither
/// by http nor by https takes notice. requests and urllib take no_proxy where it is set, others NO_PROXY: both are set,
/// each from its own or the other.
Variables proxy_variables(const Environment& environment, const std::string& root, server::Egress egress,
                          const server::HostNames& hubs);

}  // namespace hubcache::local_hub
