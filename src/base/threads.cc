#include "base/threads.h"

#include <algorithm>
#include <system_error>

#include "base/cpu_quota.h"

namespace hubcache {

bool Threads::start(std::function<void()> job) {
  threads_.reserve(threads_.size() + 1);  // an exception here means that no thread was started
  try {
    threads_.emplace_back(std::move(job));
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

unsigned usable_cores() {
  static const unsigned cores = [] {
    const unsigned allowed = std::max(1u, std::thread::hardware_concurrency());
    return std::min(allowed, cpu_quota().value_or(allowed));
  }();
  return cores;
}

}  // namespace hubcache
