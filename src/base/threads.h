// Threads for work that any number of threads can do: if the system allows only few threads, fewer are started.
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

/// Returns how many cores this process can use at the same time: the cores on which it may run, limited by the CPU time
/// of its control groups; at least 1. Computed once in a process.
unsigned usable_cores();

}  // namespace hubcache
