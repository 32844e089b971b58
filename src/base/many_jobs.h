// Does the same for many things, several at the same time.
#pragma once

#include <cstddef>
#include <functional>

#include <hubcache/result.h>

namespace hubcache {

/// Functions of the caller, called on its own thread; each may be empty.
struct ManyJobs {
  std::function<Result<void>()> tell = {};  ///< about ten times a second; an Error ends the jobs
  std::function<void()> stop = {};          ///< once, after a cancellation (base/cancel.h) or an Error of `tell`
};

/// Calls `job` for each number below `count`, on up to `at_once` threads, until one fails or the caller cancels.
/// Returns the first Error.
Result<void> do_many(std::size_t count, unsigned at_once, const std::function<Result<void>(std::size_t)>& job,
                     const ManyJobs& caller = {});

}  // namespace hubcache
