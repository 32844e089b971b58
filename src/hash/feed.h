// One read of an open file, for however many digests.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>

#include "digest/hasher.h"

namespace hubcache::hash {

/// What a read came to: bytes to the end of the file, or an errno value.
struct Fed {
  std::uint64_t bytes = 0;
  int failure = 0;
};

/// Counts bytes as they are done, for a progress bar.
using Counter = std::atomic<std::uint64_t>;

constexpr std::size_t buffer_size = 256 * 1024;  // stays in a core's own cache between the read and the digests

/// On this core alone. `buffer` is for reading into. Stops at `size`, which the caller must find unchanged behind it; a
/// file of no size is read to its end, as those of /proc have some content.
Fed feed(int file, std::uint64_t size, std::span<digest::Hasher> hashers, std::span<char> buffer, Counter& counter);

/// A thread for reading and one for each digest: two digests then take as long as the dearer one, where a core would be
/// idle. For one digest it gains nothing: what the reading core has in its cache, the hashing one has to fetch.
/// As feed() where the system allows no thread for each.
Fed feed_overlapped(int file, std::uint64_t size, std::span<digest::Hasher> hashers, Counter& counter);

}  // namespace hubcache::hash
