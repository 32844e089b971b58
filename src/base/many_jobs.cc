#include "base/many_jobs.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/cancel.h"
#include "base/threads.h"

namespace hubcache {
namespace {

using namespace std::chrono_literals;
constexpr auto interval = 100ms;

class Jobs {
 public:
  Jobs(std::size_t count, const std::function<Result<void>(std::size_t)>& job) : count_(count), job_(job) {}

  void work() {
    for (std::size_t number = next_++; number < count_ && !is_over_; number = next_++) {
      if (auto done = job_(number); !done) fail(std::move(done).error());
    }
    remove_worker();
  }

  void fail(Error error) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(error);
    is_over_ = true;
  }

  void add_worker() {
    const std::lock_guard lock(mutex_);
    ++working_;
  }

  void remove_worker() {
    const std::lock_guard lock(mutex_);
    --working_;
    changed_.notify_all();
  }

  /// Returns true if no worker is left.
  bool wait() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, interval, [&] { return working_ == 0; });
  }

  std::optional<Error> failure() {
    const std::lock_guard lock(mutex_);
    return failure_;
  }

 private:
  const std::size_t count_;
  const std::function<Result<void>(std::size_t)>& job_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> is_over_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t working_ = 0;
  std::optional<Error> failure_;
};

}  // namespace

Result<void> do_many(std::size_t count, unsigned at_once, const std::function<Result<void>(std::size_t)>& job,
                     const ManyJobs& caller) {
  Jobs jobs(count, job);
  Threads threads;
  while (threads.size() < std::min<std::size_t>(at_once, count)) {
    jobs.add_worker();
    if (threads.start([&] { jobs.work(); })) continue;
    if (threads.size() == 0) jobs.work();  // the system allows no thread
    else jobs.remove_worker();
    break;
  }
  while (!jobs.wait()) {
    auto goes_on = check_not_cancelled();
    if (goes_on && caller.tell) goes_on = caller.tell();
    if (goes_on || jobs.failure()) continue;
    jobs.fail(std::move(goes_on).error());
    if (caller.stop) caller.stop();
  }
  threads.join();
  if (auto failure = jobs.failure()) return *std::move(failure);
  return {};
}

}  // namespace hubcache
