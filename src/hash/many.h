// The digests of many files: what the cache knows is not read, the rest goes over all cores.
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
  std::optional<FileState> state = {};  ///< as just seen; none: it is looked at
};

struct Outcome {
  Result<Digests> digests;  ///< an Error names the file
  FileState state;          ///< that they are of
  bool remembered = false;  ///< not read: the cache knew
};

/// The files, by number. They may be a million: nothing of each is kept here.
struct Work {
  std::size_t count = 0;
  std::function<Job(std::size_t)> job;  ///< asked for more than once, as its name is
  std::function<std::filesystem::path(std::size_t)> name;
  std::function<void(std::size_t, Outcome&&)>
      done;  ///< once for each; by several threads at a time, for different files
};

using Tell = std::function<void(const Progress&)>;

/// `tell` (may be empty) is called in this thread, about ten times a second. What becomes known is saved once a second,
/// so that a run that is cut off has not worked for nothing, and in the end. Returns why what was hashed now will be
/// hashed again next time; "" if it will not.
std::string digest_files(const Work& work, DigestCache& cache, const Tell& tell);

}  // namespace hubcache::hash
