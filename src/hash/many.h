// The digests of many files: what the cache knows is not read, the rest goes over all cores.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/result.h>

#include "hash/cache.h"
#include "hash/file_digester.h"

namespace hubcache::hash {

struct Job {
  std::filesystem::path file;
  DigestKinds wanted;
  std::optional<FileState> state = {};  ///< as just seen; none: it is looked at
};

struct Outcome {
  Result<Digests> digests;  ///< an Error names the file
  FileState state;          ///< that they are of
  bool remembered = false;  ///< not read: the cache knew
};

struct Batch {
  std::vector<Outcome> outcomes;  ///< in the order of the jobs
  std::string warning;            ///< why what was hashed now will be hashed again next time; "" if it will not
};

using Tell = std::function<void(const Progress&)>;

/// `tell` (may be empty) is called in this thread, about ten times a second. What becomes known is saved once a second, so
/// that a run that is cut off has not worked for nothing, and in the end.
Batch digest_files(std::span<const Job> jobs, DigestCache& cache, const Tell& tell);

}  // namespace hubcache::hash
