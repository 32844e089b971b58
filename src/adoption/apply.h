// Act: the only code that changes a client's place.
#pragma once

#include <functional>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "adoption/plan.h"

namespace hubcache::adoption {

/// Carries the plan out. The order: stage, record what is staged, move into the place, take out what goes, write the
/// metadata, record what was done. Killed at any point, the next adopt or release completes. `check` runs once the
/// record is there and before anything else is; where it fails, nothing else is done.
Result<AdoptReport> apply(const hub::Target& target, const hub::View& view, Plan plan, Custody& custody,
                          const AdoptRequest& request, const std::function<Result<void>()>& check);

}  // namespace hubcache::adoption
