// Finds the cached repos that the user has named.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "caches/gather.h"

namespace hubcache::caches {

using Repos = std::vector<const ExaminedRepo*>;

/// As in RemoveCachedRequest.
struct Choice {
  const std::vector<std::string>&repo_ids, &targets;
  const std::optional<std::string>& type;
  bool takes_all_types = false;  ///< an id means the repos of all types
};

/// Returns the repos that the ids mean, each once. ErrorCode::failed if one is not cached; ErrorCode::usage if it is
/// cached with several types, unless Choice::takes_all_types.
Result<Repos> selected(const Choice& choice, const std::vector<ExaminedRepo>& repos);

}  // namespace hubcache::caches
