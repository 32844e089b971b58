// The caller's functions as those of the C++ API.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <hubcache/c.h>
#include <hubcache/digest.h>

namespace hubcache::c_api {

/// Returns a copy with null for the functions that the caller's version of the struct does not have.
hubcache_callbacks complete(const hubcache_callbacks* given);

// Each returns an empty function if the caller passes none.
std::function<void(std::string_view)> tell_of(const hubcache_callbacks& callbacks);
std::function<bool(std::string_view)> ask_of(const hubcache_callbacks& callbacks);
std::function<void(const Progress&)> progress_of(const hubcache_callbacks& callbacks);
std::function<void(const std::string&)> ready_of(const hubcache_callbacks& callbacks);
/// Calls the caller's is_cancelled at most every 20 ms; false meanwhile, and if there is none.
std::function<bool()> is_cancelled_of(const hubcache_callbacks& callbacks);

}  // namespace hubcache::c_api
