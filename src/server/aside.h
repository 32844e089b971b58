// Jobs that take long, on threads beside the server's own.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "base/threads.h"

namespace hubcache::server {

class Aside {
 public:
  /// Threads are started when there is something to do: not before the command, for which there must be room, too.
  explicit Aside(std::size_t most_threads) : most_threads_(most_threads) {}
  /// Waits for the jobs under way; those that have not begun are given up.
  ~Aside();

  /// Does the job on another thread, or in this one where the system allows no other.
  void post(std::function<void()> job);

 private:
  void work();

  const std::size_t most_threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  std::size_t idle_ = 0;
  bool is_over_ = false;
  Threads threads_;
};

}  // namespace hubcache::server
