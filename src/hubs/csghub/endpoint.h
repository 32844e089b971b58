// The address of CSGHub's hub and the access token, from the variables of csghub-sdk.
#pragma once

#include <filesystem>
#include <string>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "hub/endpoint.h"

namespace hubcache::hub {

/// Returns host and token. Host: CSGHUB_DOMAIN, else https://hub.opencsg.com. Token: CSGHUB_TOKEN, else that in the
/// file that CSGHUB_TOKEN_PATH names. ErrorCode::usage for an invalid address; ErrorCode::hub if the file cannot be
/// read.
Result<Endpoint> csghub_endpoint(const Environment& environment);

/// Returns the file from which csghub-sdk reads the token.
std::filesystem::path csghub_token_file(const Environment& environment);

/// Returns an endpoint at this host, with a token from another place than the variables.
Endpoint csghub_endpoint_at(std::string host, std::string token);

/// Returns only the hub's host.
Result<std::string> csghub_host(const Environment& environment);

}  // namespace hubcache::hub
