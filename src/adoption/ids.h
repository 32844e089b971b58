// Ids of repos as users type them, and which hub and target they mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "hub/hub.h"

namespace hubcache::adoption {

/// Removes the hub's prefix from the ids. Returns the hub that the ids belong to; nullptr if there is no id, or if
/// targets are named, which then determine the hub. ErrorCode::usage for a prefix with a target of another hub, for ids
/// of several hubs, and for an id with a prefix that is not owner/name.
Result<const hub::Hub*> take_hub(std::vector<std::string>& repo_ids, const std::vector<std::string>& targets);

/// The target that a command means for one repo where none is named. nullptr: the hub of ids without a prefix.
std::string default_target(const hub::Hub* hub);

/// The target that a command on an adoption means where only its place is named. nullptr: likewise.
std::string target_of_place(const hub::Hub* hub);

/// The id as a user types it.
std::string id_with_hub(const hub::Hub& hub, std::string_view repo_id);

/// The next step for somebody who names a repo that is not adopted: "did you mean …?" where a similar one is, else
/// where to look. `name`: as id_with_hub() returns it.
std::string hint_for_unknown(const Environment& environment, std::string_view name);

/// Returns the name of an adopted repo that has the same id on another hub; "" if there is none.
std::string name_on_other_hub(const Environment& environment, std::string_view name);

}  // namespace hubcache::adoption
