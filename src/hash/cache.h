// The digest cache: no file is hashed twice as long as nothing has touched it.
//
// An entry is found by device, inode, size, mtime and ctime in nanoseconds. ctime is what makes that safe: a program
// can put the old size and the old mtime back (utimensat), but each change, that one too, sets ctime to the file
// system's clock.
//
// The race: that clock advances in ticks (of up to 4 ms on Linux, 2 s on FAT). A file that is written, hashed and
// written again within one tick has the same stamp before and after the second write. So a state whose ctime is not at
// least 2 s older than the moment at which its hashing began is not remembered, as git ("racy",
// Documentation/technical/racy-git.txt) and ccache (InodeCache, 2 s) have it: a later write then has a later ctime.
// What this cannot see are writes through a shared memory map after the first one, until the kernel writes the page
// back, and a file server whose clock is more than 2 s behind.
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

/// For many threads, and beside any number of processes. What cannot be read or written costs only time.
class DigestCache {
 public:
  /// $HUBCACHE_CACHE, else ${XDG_CACHE_HOME:-~/.cache}/hubcache.
  static std::filesystem::path folder(const Environment& environment);

  explicit DigestCache(const std::filesystem::path& folder);

  /// nullopt unless all that is wanted of that very state is known.
  std::optional<Digests> find(const FileState& state, DigestKinds wanted) const;
  /// Remembers them in memory, unless the file was changed too short a time before it was hashed, or has no size.
  void add(const Digested& digested);
  /// Writes down what was added since the last time; nothing if the file was not loaded. An Error says why it is not;
  /// the next call tries again.
  Result<void> save();
  /// Why the file is not used: another user may have written it, or it cannot be read. Handed over once.
  std::optional<Error> take_load_failure();

 private:
  static constexpr std::uint32_t nobody = 0xFFFF'FFFF;

  std::size_t slot_of(std::uint64_t device, std::uint64_t inode) const;
  void link(std::uint32_t index);
  void make_slots();

  CacheFile file_;
  mutable std::mutex mutex_;
  std::vector<CacheRecord> records_;  ///< as they came: a later one of a file takes the place of an earlier one
  std::size_t saved_ = 0;             ///< so many of them are in the file
  std::vector<std::uint32_t>
      slots_;                ///< indexes of the latest by the file's hash, with linear probing; at most half full
  bool is_damaged_ = false;  ///< the file, as it was loaded: to be mended
  bool is_loaded_ = true;
  std::optional<Error> load_failure_;
};

}  // namespace hubcache::hash
