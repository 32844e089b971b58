// Parses the text of a request. The text comes from another program, so nothing in it is trusted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "c_api/arguments.h"

namespace hubcache::c_api {

constexpr std::size_t longest_request = 8 << 20;  // bytes

struct Request {
  std::string operation;
  Arguments arguments;
  Environment environment;  ///< the request's own, or that of the process
};

/// ErrorCode::usage if the text is longer than longest_request, is not valid JSON, is nested too deeply, has a member
/// twice, or has a member that a request does not have.
Result<Request> parse_request(std::string_view text);

}  // namespace hubcache::c_api
