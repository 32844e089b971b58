// Threads for work that fewer of them can do as well: where the system allows no more, there are fewer.
#pragma once

#include <functional>
#include <thread>
#include <vector>

namespace hubcache {

class Threads {
 public:
  Threads() = default;
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  /// Starts a thread for the job, which must not throw. Returns false if the system allows no further thread (limits of
  /// processes or memory): the caller does the work itself.
  bool start(std::function<void()> job);
  std::size_t size() const { return threads_.size(); }
  void join() { threads_.clear(); }

 private:
  std::vector<std::jthread> threads_;
};

/// Returns how many cores this process can use at a time: those that it may run on, and no more than its control groups
/// have CPU time for. At least 1. Found out once in a process.
unsigned usable_cores();

}  // namespace hubcache
