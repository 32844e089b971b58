// Hashes files and folders; an unchanged file is never read twice.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

struct HashRequest {
  std::vector<std::filesystem::path> paths;  ///< files and folders; relative to Environment::working_folder
  DigestKinds kinds;
  std::function<void(const Progress&)> progress = {};  ///< called about ten times a second, in the calling thread
};

struct HashedFile {
  std::string path;        ///< as in the request, or the path below a requested folder; bytes as on disk
  std::uint64_t size = 0;  ///< bytes
  Digests digests = {};
  bool remembered = false;  ///< true: from the digest cache; the file was not read
};

struct UnhashedFile {
  std::string path;  ///< escaped for printing
  std::string why;   ///< a sentence for people that names the file
};

struct HashReport {
  DigestKinds kinds;
  std::vector<HashedFile> files;  ///< in the order of the request; the files of a folder sorted by path
  std::vector<UnhashedFile> unhashed;
  std::vector<std::string> warnings;  ///< sentences for people
};

/// Hashes files, and all files of folders. Follows symlinks (a loop is left out). Files that cannot be read, or change
/// during the read, are listed in `unhashed` and do not stop the others. ErrorCode::usage if the request names no path
/// or no digest.
Result<HashReport> hash_files(const Environment& environment, const HashRequest& request);

struct CacheStats {
  std::filesystem::path file;
  std::uint64_t bytes = 0, largest = 0;  ///< size of the file, and its maximum size
  std::uint64_t files = 0;               ///< files with known digests
  std::uint64_t superseded = 0;          ///< outdated records
  std::uint64_t damaged = 0;             ///< unreadable records, which are skipped
};

/// Returns digest cache statistics. The cache is in $HUBCACHE_CACHE, else in ${XDG_CACHE_HOME:-~/.cache}/hubcache.
Result<CacheStats> cache_stats(const Environment& environment);
/// Deletes the digest cache. No data is lost: the next run reads the files again.
Result<void> clear_cache(const Environment& environment);

}  // namespace hubcache
