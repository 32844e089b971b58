#include "hash/feed.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <vector>

#include <unistd.h>

#include "base/cancel.h"
#include "base/threads.h"
#include "fs/descriptor.h"

namespace hubcache::hash {
namespace {

/// A queue of blocks: one thread fills them, and each of several threads takes all of them in order.
class Ring {
 public:
  explicit Ring(std::size_t takers) : taken_(takers, 0), bytes_(blocks * buffer_size) {}

  /// Returns the buffer for the next block; waits until all threads have used its previous content.
  std::span<char> free_block() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      return std::ranges::all_of(taken_, [&](std::uint64_t taken) { return filled_ - taken < blocks; });
    });
    return std::span(bytes_).subspan(filled_ % blocks * buffer_size, buffer_size);
  }

  void fill(std::size_t size) {
    {
      const std::lock_guard lock(mutex_);
      sizes_[filled_ % blocks] = size;
      ++filled_;
    }
    changed_.notify_all();
  }

  /// Marks the end with an empty block.
  void end() {
    free_block();
    fill(0);
  }

  std::string_view next(std::size_t taker) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return taken_[taker] < filled_; });
    const std::size_t block = taken_[taker] % blocks;
    return {bytes_.data() + block * buffer_size, sizes_[block]};
  }

  void give_back(std::size_t taker) {
    {
      const std::lock_guard lock(mutex_);
      ++taken_[taker];
    }
    changed_.notify_all();
  }

 private:
  static constexpr std::size_t blocks = 8;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t filled_ = 0;
  std::vector<std::uint64_t> taken_;
  std::array<std::size_t, blocks> sizes_{};
  std::vector<char> bytes_;
};

void take_all(Ring& ring, std::size_t taker, digest::Hasher& hasher) {
  for (std::string_view block = ring.next(taker); !block.empty(); block = ring.next(taker)) {
    hasher.add(block);
    ring.give_back(taker);
  }
}

/// Reads the file block by block into the buffers that `target` returns. Calls `use` with the size of each block.
template <class Target, class Use>
ReadOutcome read_all(int file, std::uint64_t size, Counter& counter, Target target, Use use) {
  ReadOutcome fed;
  do {
    if (is_cancelled()) {
      fed.failure = ECANCELED;
      break;
    }
    const std::span<char> buffer = target();
    // The analyzer reports a lock that target() has already released.
    // NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection)
    const ssize_t got = fs::uninterrupted([&] { return read(file, buffer.data(), buffer.size()); });
    if (got < 0) fed.failure = errno;
    if (got <= 0) break;
    const auto bytes = static_cast<std::size_t>(got);
    use(bytes);
    fed.bytes += bytes;
    counter += bytes;
  } while (size == 0 || fed.bytes < size);
  return fed;
}

}  // namespace

ReadOutcome feed(int file, std::uint64_t size, std::span<digest::Hasher* const> hashers, std::span<char> buffer,
                 Counter& counter) {
  return read_all(
      file, size, counter, [&] { return buffer; },
      [&](std::size_t bytes) {
        for (digest::Hasher* hasher : hashers) hasher->add({buffer.data(), bytes});
      });
}

ReadOutcome feed_overlapped(int file, std::uint64_t size, std::span<digest::Hasher* const> hashers, Counter& counter) {
  Ring ring(hashers.size());
  Threads threads;
  for (std::size_t i = 0; i < hashers.size(); ++i) {
    if (threads.start([&ring, i, &hasher = *hashers[i]] { take_all(ring, i, hasher); })) continue;
    ring.end();
    threads.join();
    std::vector<char> buffer(buffer_size);
    return feed(file, size, hashers, buffer, counter);
  }
  const ReadOutcome fed =
      read_all(file, size, counter, [&] { return ring.free_block(); }, [&](std::size_t bytes) { ring.fill(bytes); });
  ring.end();
  return fed;
}

}  // namespace hubcache::hash
