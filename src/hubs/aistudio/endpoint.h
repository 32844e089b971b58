// The address of AI Studio's hub and the access token, from the variables and files of aistudio_sdk 0.3.9.
#pragma once

#include <filesystem>
#include <string>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "hub/endpoint.h"

namespace hubcache::hub {

/// Returns host and token. ErrorCode::usage for an invalid CURRENT_ENV or STUDIO_GIT_HOST, with which the SDK could not
/// start; ErrorCode::hub if the token file cannot be read.
Result<Endpoint> endpoint_of(const Environment& environment);

/// Returns only the hub's host.
Result<std::string> aistudio_host(const Environment& environment);

/// Returns the file in which `aistudio login` stores the token.
std::filesystem::path aistudio_token_file(const Environment& environment);

/// Returns the same hub at `host` with another token than the environment's; "" for none.
Endpoint endpoint_at(std::string host, std::string token);

}  // namespace hubcache::hub
