// Controls which file descriptors started programs inherit.
#pragma once

#include <vector>

namespace hubcache {

/// Returns the open descriptors that are not close-on-exec, in ascending order.
std::vector<int> inheritable_descriptors();

/// Sets close-on-exec on every open descriptor that `kept` (ascending) does not contain. Async-signal-safe: for use
/// between fork and exec, where it also covers the descriptors that libraries opened without O_CLOEXEC.
void close_on_exec_except(const std::vector<int>& kept) noexcept;

/// Opens /dev/null for each closed descriptor of 0, 1 and 2. Otherwise a file or socket could get such a number and
/// receive the messages for stderr. Reading from such a descriptor 0 and writing to 1 and 2 still fails, and in started
/// programs these descriptors are closed.
void reserve_standard_descriptors();

}  // namespace hubcache
