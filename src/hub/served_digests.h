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

/// Safe from several threads. What is computed for a request stays in memory: no request changes the disk.
class ServedDigests {
 public:
  explicit ServedDigests(const Environment& environment) : folder_(hash::DigestCache::folder(environment)) {}

  /// Returns the cached SHA-256 of a file in this state; "" if the cache has none.
  std::string known(const hash::FileState& state);
  /// Computes the SHA-256 of the file; "" if reading fails or the file changes meanwhile.
  std::string compute(const std::filesystem::path& file);
  /// Before any request: what is not known is computed on all cores, and remembered for the next time.
  void compute_all(const std::vector<std::filesystem::path>& files, const std::function<void(const Progress&)>& tell);

 private:
  hash::DigestCache& cache();

  std::filesystem::path folder_;
  std::once_flag loaded_;
  std::optional<hash::DigestCache> cache_;  ///< loaded at the first use
};

}  // namespace hubcache::hub
