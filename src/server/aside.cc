#include "server/aside.h"

#include <utility>

namespace hubcache::server {

Aside::~Aside() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    jobs_.clear();
  }
  changed_.notify_all();
  threads_.join();
}

void Aside::post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    const bool needs_thread = idle_ <= jobs_.size() && threads_.size() < most_threads_;
    const bool has_thread = (needs_thread && threads_.start([this] { work(); })) || threads_.size() > 0;
    if (has_thread) jobs_.push_back(std::exchange(job, nullptr));
  }
  if (job) return job();
  changed_.notify_one();
}

void Aside::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    changed_.wait(lock, [&] { return is_over_ || !jobs_.empty(); });
    --idle_;
    if (is_over_) return;
    const auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace hubcache::server
