// The digest cache: an unchanged file is not hashed again.
//
// The key of an entry is device, inode, size, mtime and ctime in nanoseconds. ctime makes this safe: a program can
// restore the old size and mtime (utimensat), but each change, including utimensat, sets ctime to the file system's
// clock.
//
// The race: that clock advances in ticks (of up to 4 ms on Linux, 2 s on FAT). A file that is written, hashed and
// written again within one tick has the same stamp before and after the second write. Therefore a state is stored only
// if its ctime is at least 2 s older than the start of the hashing, as in git ("racy",
// Documentation/technical/racy-git.txt) and ccache (InodeCache, 2 s): a later write then sets a later ctime.
// Not detected are writes through a shared memory map after the first one, until the kernel writes the page back, and
// changes on a file server whose clock is more than 2 s behind.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "hash/cache_file.h"
#include "hash/file_digester.h"

namespace hubcache::hash {

/// Thread-safe, and safe with several processes. If the cache cannot be read or written, files are hashed again.
class DigestCache {
 public:
  /// Returns $HUBCACHE_CACHE, else ${XDG_CACHE_HOME:-~/.cache}/hubcache.
  static std::filesystem::path folder(const Environment& environment);

  explicit DigestCache(const std::filesystem::path& folder);

  /// Returns the wanted digests of the file in exactly this state; nullopt if one of them is unknown.
  std::optional<Digests> find(const FileState& state, DigestKinds wanted) const;
  /// Stores the digests in memory, unless the file was changed less than 2 s before the hashing or has no size.
  void add(const Digested& digested);
  /// Writes to the file the digests that were added since the last call; does nothing if the file could not be loaded.
  /// After an Error, the next call tries again.
  Result<void> save();
  /// Returns why the file is not used: another user may have written it, or it cannot be read. Returns the Error once,
  /// later nullopt.
  std::optional<Error> take_load_failure();

 private:
  static constexpr std::uint32_t nobody = 0xFFFF'FFFF;

  std::size_t slot_of(std::uint64_t device, std::uint64_t inode) const;
  void link(std::uint32_t index);
  void make_slots();

  CacheFile file_;
  mutable std::mutex mutex_;
  std::vector<CacheRecord> records_;  ///< in the order of addition: for a file, the last one counts
  std::size_t saved_ = 0;             ///< number of `records_` that are in the file
  std::vector<std::uint32_t>
      slots_;                ///< hash table by file: index of the latest record; linear probing, at most half full
  bool is_damaged_ = false;  ///< the loaded file has damage: save() writes it again
  bool is_loaded_ = true;
  std::optional<Error> load_failure_;
};

}  // namespace hubcache::hash
