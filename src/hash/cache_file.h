// The digest cache on disk: one file for all processes of a user.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <hubcache/result.h>

#include "fs/lock.h"
#include "hash/cache_format.h"

namespace hubcache::hash {

class CacheFile {
 public:
  explicit CacheFile(std::filesystem::path folder);

  const std::filesystem::path& name() const { return name_; }

  /// Empty where there is none. An Error where it cannot be read, or another user may have written it: it or its
  /// folder belongs to somebody else than this user or root, or others may write to one of them.
  Result<CacheContent> load() const;

  /// Under the lock, for which it waits: appends, or writes the file anew where it has grown too large or is to be
  /// mended. Then of each file the newest record stays, and of all files those that were hashed last.
  Result<void> append(const std::vector<CacheRecord>& records, bool mend) const;

  /// Removes it, and what a killed process has left beside it.
  Result<void> remove() const;

 private:
  Result<fs::Lock> lock() const;
  Result<void> write_anew(const std::vector<CacheRecord>& records) const;
  std::filesystem::path folder_, name_;
};

/// Of each file the newest record, and the last `most` of these, in their order.
std::vector<CacheRecord> newest(const std::vector<CacheRecord>& records, std::size_t most);

/// What the file may grow to, in bytes: so that a process that loads it stays small.
constexpr std::uint64_t largest_cache = 32ull << 20;

}  // namespace hubcache::hash
