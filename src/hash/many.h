// Computes the digests of many files: takes known ones from the cache and hashes the other files on all cores.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include <hubcache/digest.h>
#include <hubcache/result.h>

#include "hash/cache.h"
#include "hash/file_digester.h"

namespace hubcache::hash {

struct Job {
  DigestKinds wanted;
  std::optional<FileState> state = {};  ///< the state just read; nullopt: digest_files() reads it
};

struct Outcome {
  Result<Digests> digests;  ///< an Error names the file
  FileState state;          ///< the state to which the digests belong
  bool remembered = false;  ///< the digests come from the cache
};

/// The files, by number. There may be a million files, so this struct stores no data for each.
struct Work {
  std::size_t count = 0;
  std::function<Job(std::size_t)> job;  ///< called more than once for a file, like `name`
  std::function<std::filesystem::path(std::size_t)> name;
  std::function<void(std::size_t, Outcome&&)>
      done;  ///< called once for each file; by several threads, for different files
};

using Tell = std::function<void(const Progress&)>;

/// Computes the digests. Calls `tell` (may be empty) on this thread, about ten times a second. Saves new digests once a
/// second, so that an interrupted run does not lose them, and at the end. Returns a warning if the digests could not be
/// saved or loaded, so that the files will be hashed again; "" otherwise. If the caller cancels (base/cancel.h),
/// returns soon, without calling `done` for all files: the caller has to ask check_not_cancelled() before it uses the
/// results.
std::string digest_files(const Work& work, DigestCache& cache, const Tell& tell);

}  // namespace hubcache::hash
