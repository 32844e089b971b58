// The file of the digest cache: one file for all processes of a user.
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

  /// Loads the file; empty if there is none. An Error if it cannot be read, or if another user may have written it: the
  /// file or its folder does not belong to this user or root, or other users may write to it.
  Result<CacheContent> load() const;

  /// Waits for the lock, then appends the records. If the file would become too large or `mend` is set, writes a new
  /// file instead, with only the newest record of each file, and only the files that were hashed last.
  Result<void> append(const std::vector<CacheRecord>& records, bool mend) const;

  /// Deletes the file, and files that a killed process has left beside it.
  Result<void> remove() const;

 private:
  Result<fs::Lock> lock() const;
  Result<void> write_anew(const std::vector<CacheRecord>& records) const;
  std::filesystem::path folder_, name_;
};

/// Returns the newest record of each file; of these the last `most`, in their order.
std::vector<CacheRecord> newest(const std::vector<CacheRecord>& records, std::size_t most);

/// Maximal size of the file in bytes. It limits the memory of a process that loads the file.
constexpr std::uint64_t largest_cache = 32ull << 20;

}  // namespace hubcache::hash
