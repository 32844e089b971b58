// Decide: what the client's index and its other metadata files hold. Pure.
#pragma once

#include "adoption/plan.h"

namespace hubcache::adoption {

/// Fills the plan's index, metadata and what goes of both, by the plan's entries. `revision`: index into
/// Record::revisions.
void plan_metadata(const PlanInput& input, const hub::RevisionFacts& facts, std::uint16_t revision, Plan& plan);

}  // namespace hubcache::adoption
