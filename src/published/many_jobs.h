// Does the same for many objects of a store, several at the same time: a store takes milliseconds for an answer.
#pragma once

#include <cstddef>
#include <functional>

#include <hubcache/result.h>

#include "store/store.h"

namespace hubcache::published {

/// Calls `job` for each number below `count`, on up to `at_once` threads, until one fails or the caller cancels
/// (base/cancel.h). Calls `tell` (may be empty) on this thread, about ten times a second. Returns the first Error.
Result<void> do_many(store::Store& store, std::size_t count, unsigned at_once,
                     const std::function<Result<void>(std::size_t)>& job, const std::function<Result<void>()>& tell);

}  // namespace hubcache::published
