#include "hub/served_digests.h"

#include "base/log.h"

namespace hubcache::hub {
namespace {

constexpr DigestKinds wanted{.git = false, .sha256 = true, .lfs = false};

}  // namespace

hash::DigestCache& ServedDigests::cache() {
  std::call_once(loaded_, [this] { cache_.emplace(folder_); });
  return *cache_;
}

std::string ServedDigests::known(const hash::FileState& state) {
  const auto found = cache().find(state, wanted);
  return found ? std::string(found->sha256->id().str()) : "";
}

std::string ServedDigests::compute(const std::filesystem::path& file) {
  const auto digested = hash::digest_file(file, wanted);
  if (!digested) return "";
  cache().add(*digested);
  return std::string(digested->digests.sha256->id().str());
}

void ServedDigests::compute_all(const std::vector<std::filesystem::path>& files,
                                const std::function<void(const Progress&)>& tell) {
  const hash::Work work{files.size(), [](std::size_t) { return hash::Job{wanted}; },
                        [&](std::size_t i) { return files[i]; },
                        [](std::size_t, const hash::Outcome& outcome) {
                          if (!outcome.digests) logger().warn("{}", outcome.digests.error().message);
                        }};
  const std::string warning = hash::digest_files(work, cache(), tell);
  if (!warning.empty()) logger().warn("{}", warning);
}

}  // namespace hubcache::hub
