#include "hubs/modelscope/dialect_digests.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

namespace hubcache::hub {
namespace {

constexpr std::uint64_t large = 64ull << 20;  // bytes

void compute_now(Services& services, const std::string& name, DigestQueue::Then then) {
  const auto sha256 = std::make_shared<std::string>();
  services.do_aside([&services, sha256, name] { *sha256 = services.digests().compute(name); },
                    [sha256, then = std::move(then)] { then(*sha256); });
}

}  // namespace

void DigestQueue::compute(Services& services, const SeenFile& file, Then then) {
  if (file.state.stamp.size < large) return compute_now(services, file.name, std::move(then));
  const auto known = std::ranges::find_if(
      jobs_, [&](const Job& job) { return job.file.name == file.name && job.file.state == file.state; });
  if (known != jobs_.end()) return known->waiting.push_back(std::move(then));
  jobs_.push_back({file, {}});
  jobs_.back().waiting.push_back(std::move(then));
  if (jobs_.size() == 1) run_first(services);
}

void DigestQueue::run_first(Services& services) {
  compute_now(services, jobs_.front().file.name, [this, &services](const std::string& sha256) {
    const Job done = std::move(jobs_.front());
    jobs_.pop_front();
    if (!jobs_.empty()) run_first(services);
    for (const Then& then : done.waiting) then(sha256);
  });
}

}  // namespace hubcache::hub
