// The operations of the C interface by name.
#pragma once

#include <string>

#include <hubcache/c.h>
#include <hubcache/result.h>

#include "c_api/request.h"

namespace hubcache::c_api {

/// Does what the request says, and returns the JSON of the report. ErrorCode::usage if the request is wrong: then
/// nothing was done.
Result<std::string> perform(Request request, const hubcache_callbacks& callbacks);

}  // namespace hubcache::c_api
