// Exceptions end at the public functions: what a container or another library throws becomes an Error.
#pragma once

#include <hubcache/result.h>

namespace hubcache {

/// For the handler of a public function's try block: `catch (...) { return caught(); }`.
Error caught();

}  // namespace hubcache
