// Removes what is left over in the clients' caches.
#pragma once

#include <string>
#include <vector>

#include <hubcache/result.h>

#include "caches/prune_plan.h"

namespace hubcache::caches {

struct PrunedFiles {
  std::vector<std::string> kept;  ///< new paths of changed files whose name another file has now
  std::uint64_t left = 0;         ///< files that were moved back, because somebody uses or has changed them
};

/// Moves the files into hubcache's own folder, and there deletes those that are still the planned ones and that nobody
/// uses. Moves the others back. If hubcache is killed, the next prune deletes the rest.
Result<PrunedFiles> remove(const LeftoverFiles& leftovers);

}  // namespace hubcache::caches
