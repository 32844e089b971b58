// Limits what several threads use at the same time, for example memory for buffers.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace hubcache::store {

class Budget {
 public:
  explicit Budget(std::uint64_t all) : all_(all), left_(all) {}

  /// A share of the budget, until it is destroyed.
  class Share {
   public:
    Share(Budget& budget, std::uint64_t bytes) : budget_(budget), bytes_(budget.take(bytes)) {}
    Share(const Share&) = delete;
    ~Share() { budget_.give_back(bytes_); }

   private:
    Budget& budget_;
    std::uint64_t bytes_;
  };

 private:
  /// Waits until there is enough; a request for more than everything gets everything.
  std::uint64_t take(std::uint64_t bytes) {
    bytes = std::min(bytes, all_);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return left_ >= bytes; });
    left_ -= bytes;
    return bytes;
  }
  void give_back(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    left_ += bytes;
    changed_.notify_all();
  }

  const std::uint64_t all_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t left_;
};

}  // namespace hubcache::store
