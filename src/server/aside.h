// Runs long jobs on threads other than the server's thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "base/threads.h"

namespace hubcache::server {

class Aside {
 public:
  /// Starts no threads yet: post() starts them, so that they do not use up the system's limit before the command
  /// starts.
  explicit Aside(std::size_t most_threads) : most_threads_(most_threads) {}
  /// Waits for the running jobs. Drops the jobs that have not started.
  ~Aside();

  /// Runs the job on another thread; runs it on this thread if the system allows no other.
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
