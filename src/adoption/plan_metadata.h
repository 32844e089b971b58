// Decides the content of the client's index and its other metadata files. Pure.
#pragma once

#include "adoption/plan.h"

namespace hubcache::adoption {

/// Fills the plan's index, its metadata, and its lists of metadata files to be removed, from the plan's entries.
/// `revision`: index into Record::revisions.
void plan_metadata(const PlanInput& input, const hub::RevisionFacts& facts, std::uint16_t revision, Plan& plan);

}  // namespace hubcache::adoption
