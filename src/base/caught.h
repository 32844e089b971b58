// Converts exceptions to Errors in the public functions.
#pragma once

#include <hubcache/result.h>

namespace hubcache {

/// Returns the current exception as an Error. Use it as `catch (...) { return caught(); }` in a public function.
Error caught();

}  // namespace hubcache
