// Decides what happens to each entry of the record. Pure.
#pragma once

#include "adoption/link_choice.h"
#include "adoption/wanted.h"

namespace hubcache::adoption {

/// Turns the plan's entries, which are those of the previous adoption, into those of this one: wanted files that are
/// already in the place stay, other wanted files are to be placed, and other entries retire. Returns
/// ErrorCode::conflict if, in place, the user has to choose which version of a file is kept.
Result<void> plan_entries(const PlanInput& input, const LinkChoice& links, const hub::RevisionFacts& facts,
                          std::uint16_t revision, const std::vector<Wanted>& wanted, Plan& plan);

/// True if the client has downloaded the hub's file after the user had removed the entry's file from the folder: the
/// adoption then leaves the file and its index record to the client, which accepts them without another download.
bool is_left_to_client(const PlanInput& input, const hub::RevisionFacts& facts, const record::Entry& entry);

}  // namespace hubcache::adoption
