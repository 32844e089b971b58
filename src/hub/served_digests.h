// SHA-256 digests of served files, from the digest cache or computed.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/environment.h>

#include "hash/cache.h"
#include "hash/many.h"

namespace hubcache::hub {

/// Thread-safe. Digests that are computed for a request stay in memory: no request writes to the disk.
class ServedDigests {
 public:
  explicit ServedDigests(const Environment& environment) : folder_(hash::DigestCache::folder(environment)) {}

  /// Returns the cached SHA-256 of a file in this state; "" if the cache has none.
  std::string known(const hash::FileState& state);
  /// Computes the SHA-256 of the file; "" if reading fails or the file changes meanwhile.
  std::string compute(const std::filesystem::path& file);
  /// Computes the unknown digests on all cores and stores them in the digest cache. Call it before the first request.
  void compute_all(const std::vector<std::filesystem::path>& files, const std::function<void(const Progress&)>& tell);

 private:
  hash::DigestCache& cache();

  std::filesystem::path folder_;
  std::once_flag loaded_;
  std::optional<hash::DigestCache> cache_;  ///< loaded at the first use
};

}  // namespace hubcache::hub
