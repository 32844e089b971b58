// Act: the only code that changes a client's place.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "adoption/link_counts.h"
#include "adoption/plan.h"

namespace hubcache::adoption {

/// The result of apply().
struct Applied {
  PlacedLinks links;
  std::vector<std::string> kept;  ///< where files are that were moved out of the place for good
  std::uint64_t displaced = 0;    ///< files that were moved aside until release
  std::vector<std::string> warnings;
};

/// Carries the plan out. The order: stage, record what is staged, move into the place, take out what goes, write the
/// metadata, record what was done. Killed at any point, the next adopt or release completes. `check` runs once the
/// record is there and before anything else is; where it fails, nothing else is done.
Result<Applied> apply(const hub::Target& target, const hub::View& view, Plan plan, Custody& custody,
                      const AdoptRequest& request, const std::function<Result<void>()>& check);

}  // namespace hubcache::adoption
