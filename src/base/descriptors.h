// Which file descriptors a program that this process starts inherits.
#pragma once

#include <vector>

namespace hubcache {

/// The open descriptors that are not close-on-exec, in ascending order.
std::vector<int> inheritable_descriptors();

/// Sets close-on-exec on every open descriptor that `kept` (ascending) does not contain. Async-signal-safe: for use
/// between fork and exec, where it also covers the descriptors that libraries opened without O_CLOEXEC.
void close_on_exec_except(const std::vector<int>& kept) noexcept;

/// Opens /dev/null for each of the descriptors 0, 1 and 2 that is closed, so that no file or socket gets that number
/// and receives the messages for stderr. Reading from 0 and writing to 1 and 2 still fails, and a started program
/// finds them closed.
void reserve_standard_descriptors();

}  // namespace hubcache
