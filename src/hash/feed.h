// Reads an open file once for several digests.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>

#include "digest/hasher.h"

namespace hubcache::hash {

/// Result of reading a file: the number of bytes, and an errno value if reading failed, else 0.
struct ReadOutcome {
  std::uint64_t bytes = 0;
  int failure = 0;
};

/// Counts the processed bytes, for a progress bar.
using Counter = std::atomic<std::uint64_t>;

constexpr std::size_t buffer_size = 256 * 1024;  // stays in a core's cache between reading and hashing

/// Reads and hashes on this thread only, with `buffer` for the data. Stops at `size`; the caller must then check that
/// the size has not changed. If `size` is 0, reads to the end, since files in /proc have content but no size.
ReadOutcome feed(int file, std::uint64_t size, std::span<digest::Hasher* const> hashers, std::span<char> buffer,
                 Counter& counter);

/// Reads on this thread and computes each digest on another thread: if cores are idle, two digests take as long as the
/// slower one. For one digest this saves no time, because the hashing core has to fetch the data from the reading
/// core's cache. Works like feed() if the system does not allow enough threads.
ReadOutcome feed_overlapped(int file, std::uint64_t size, std::span<digest::Hasher* const> hashers, Counter& counter);

}  // namespace hubcache::hash
