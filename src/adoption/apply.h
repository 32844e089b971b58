// Act: the only code that changes a client's place.
#pragma once

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "adoption/plan.h"

namespace hubcache::adoption {

/// Carries the plan out. The order: stage, record what is staged, move into the place, take out what goes, write the
/// metadata, record what was done. Killed at any point, the next adopt or release completes.
Result<AdoptReport> apply(const hub::Target& target, const hub::View& view, Plan plan, Custody& custody,
                          const AdoptRequest& request);

}  // namespace hubcache::adoption
