#include "hubs/modelscope/dialect_digests.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace hubcache::hub {

void DigestQueue::compute(Services& services, const SeenFile& file, Then then) {
  const auto known = std::ranges::find_if(
      jobs_, [&](const Job& job) { return job.file.name == file.name && job.file.state == file.state; });
  if (known != jobs_.end()) return known->waiting.push_back(std::move(then));
  jobs_.push_back({file, {}});
  jobs_.back().waiting.push_back(std::move(then));
  if (jobs_.size() == 1) run_first(services);
}

void DigestQueue::run_first(Services& services) {
  const auto sha256 = std::make_shared<std::string>();
  services.do_aside(
      [&services, sha256, name = jobs_.front().file.name] { *sha256 = services.digests().compute(name); },
      [this, &services, sha256] {
        const Job done = std::move(jobs_.front());
        jobs_.pop_front();
        if (!jobs_.empty()) run_first(services);
        for (const Then& then : done.waiting) then(*sha256);
      });
}

}  // namespace hubcache::hub
