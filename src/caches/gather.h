// Finds the cached repos of all clients, and measures them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <hubcache/caches.h>
#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "caches/measured.h"

namespace hubcache::caches {

/// A cached repo, and all that is needed to judge it.
struct ExaminedRepo {
  CachedRepo repo;  ///< the names, and the notes that need no measurement
  const hub::Target* target = nullptr;
  hub::Place place;  ///< of a hub::OtherRepo: only the folders are set
  const hub::Anatomy* anatomy = nullptr;
  bool is_adopted = false;
  bool is_readable = true;  ///< false: the place cannot be examined, and `measured` is empty
  Measured measured;
};

/// A cached repo that is not measured yet: all of ExaminedRepo but `measured`.
struct FoundRepo {
  ExaminedRepo examined;
  RepoToMeasure to_measure;
};

/// Finds the repos in the caches of the targets; empty: all targets. Adds the folders that cannot be read to `notes`.
/// ErrorCode::usage for an unknown target.
Result<std::vector<FoundRepo>> find_repos(const Environment& environment, const std::vector<std::string>& targets,
                                          std::vector<std::string>& notes);

struct Examined {
  std::vector<ExaminedRepo> repos;
  std::vector<std::string> notes;  ///< folders that cannot be read
};

/// Examines the caches of the targets; empty: all targets. ErrorCode::usage for an unknown target.
Result<Examined> examine(const Environment& environment, const std::vector<std::string>& targets);

}  // namespace hubcache::caches
