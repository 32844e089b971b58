// The address of ModelScope's hub and the access token, from the variables of modelscope.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "hub/endpoint.h"

namespace hubcache::hub {

/// Returns host and token. Host: MODELSCOPE_ENDPOINT, which clients since 1.38 read; else MODELSCOPE_DOMAIN, which all
/// clients read; else https://www.modelscope.cn. Token: MODELSCOPE_API_TOKEN, else that of `modelscope login`.
/// ErrorCode::usage for an invalid address; ErrorCode::hub if the token cannot be read.
Result<Endpoint> modelscope_endpoint(const Environment& environment);

/// Returns the file in which `modelscope login` stores the token.
std::filesystem::path modelscope_login_file(const Environment& environment);

/// Returns an endpoint at this host, with a token from another place than the variables.
Endpoint modelscope_endpoint_at(std::string host, std::string token);

/// Returns only the hub's host.
Result<std::string> modelscope_host(const Environment& environment);

/// Returns the https sites that clients before 1.38 ask, whatever MODELSCOPE_ENDPOINT says: the site that
/// MODELSCOPE_DOMAIN names, else the two of hub/constants.py (1.37.1).
std::vector<std::string> modelscope_sites(const Environment& environment);

/// Returns the site that the clients ask about a repo that the first site lacks; "" if a variable names the hub.
std::string second_site(const Environment& environment);

}  // namespace hubcache::hub
