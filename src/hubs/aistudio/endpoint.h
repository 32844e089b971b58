// Where AI Studio's hub is, and as whom it is asked: by the variables and files of aistudio_sdk 0.3.9.
#pragma once

#include <string>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "hub/endpoint.h"

namespace hubcache::hub {

/// ErrorCode::usage where the SDK could not even start: a CURRENT_ENV or STUDIO_GIT_HOST that is none.
/// ErrorCode::hub for a token file that cannot be read.
Result<Endpoint> endpoint_of(const Environment& environment);

/// Returns only the hub's host, as the environment names it.
Result<std::string> aistudio_host(const Environment& environment);

/// The same hub at `host`, asked as somebody else than the environment's user: with `token`, "" for none.
Endpoint endpoint_at(std::string host, std::string token);

}  // namespace hubcache::hub
