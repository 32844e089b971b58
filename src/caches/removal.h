// Removes the folders of one cached repo.
#pragma once

#include <string>
#include <vector>

#include <hubcache/result.h>

#include "caches/gather.h"
#include "caches/removal_plan.h"

namespace hubcache::caches {

struct RemovedRepo {
  /// New paths of files that the plan does not name, or that have changed since.
  std::vector<std::string> kept;
  std::string why_left;  ///< as why_left(); if only a part of the repo stays, the text names it
};

/// Moves each folder of the plan into hubcache's own folder for the repo by one rename, and there deletes what the plan
/// names. Puts a folder back if a process has begun to use it. If hubcache is killed, the next removal of the repo
/// deletes the rest.
Result<RemovedRepo> remove(const ExaminedRepo& repo, const RemovalPlan& plan);

}  // namespace hubcache::caches
