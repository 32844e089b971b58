// Hash files and folders, and never twice what has not changed.
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
  std::string path;        ///< as named, or beneath the folder that was named; bytes as on disk
  std::uint64_t size = 0;  ///< bytes
  Digests digests = {};
  bool remembered = false;  ///< from the digest cache: the file was not read
};

struct UnhashedFile {
  std::string path;  ///< escaped for printing
  std::string why;   ///< a sentence for people, which names it
};

struct HashReport {
  DigestKinds kinds;
  std::vector<HashedFile> files;  ///< in the order of the request, a folder's sorted by path
  std::vector<UnhashedFile> unhashed;
  std::vector<std::string> warnings;  ///< sentences for people
};

/// Folders with all that is in them, symlinks followed (a loop is left out). Files that cannot be read, or change while
/// they are read, stand in `unhashed`: the others are done all the same. ErrorCode::usage where nothing is asked for.
Result<HashReport> hash_files(const Environment& environment, const HashRequest& request);

struct CacheStats {
  std::filesystem::path file;
  std::uint64_t bytes = 0, largest = 0;  ///< of the file, and what it may grow to
  std::uint64_t files = 0;               ///< whose digests are known
  std::uint64_t superseded = 0;          ///< records of states that are past
  std::uint64_t damaged = 0;             ///< records that are passed over
};

/// Of the digest cache: $HUBCACHE_CACHE, else ${XDG_CACHE_HOME:-~/.cache}/hubcache.
Result<CacheStats> cache_stats(const Environment& environment);
/// Removes it. It only ever saves time.
Result<void> clear_cache(const Environment& environment);

}  // namespace hubcache
