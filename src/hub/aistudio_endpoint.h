// Where AI Studio's hub is, and as whom it is asked: by the variables and files of aistudio_sdk 0.3.9.
#pragma once

#include <string>

#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace hubcache::hub {

struct Endpoint {
  std::string host;        ///< scheme://host[:port][/prefix]; the SDK puts "/api/v1/…" behind it as it is
  std::string token;       ///< "" for none
  std::string token_from;  ///< the variable or file that it came from, for messages
};

/// ErrorCode::usage where the SDK could not even start: a CURRENT_ENV or STUDIO_GIT_HOST that is none.
/// ErrorCode::hub for a token file that cannot be read.
Result<Endpoint> endpoint_of(const Environment& environment);

}  // namespace hubcache::hub
