// Parses repo ids as users type them, and finds the hub and the target that they mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "hub/hub.h"

namespace hubcache::adoption {

/// Removes the hub's prefix from the ids. With a prefix, also replaces a name in `targets` that targets of several hubs
/// share (Target::shared_name) by the name of the target of the ids' hub. Returns the hub of the ids; nullptr if there
/// are no ids, or if `targets` is not empty: then the targets determine the hub. Returns ErrorCode::usage for an
/// unknown prefix, a prefix with a target of another hub, ids of several hubs, and an id with a prefix that is not
/// owner/name.
Result<const hub::Hub*> take_hub(std::vector<std::string>& repo_ids, std::vector<std::string>& targets);

/// Returns the target of a command on one repo if the user names none. nullptr: the hub of ids without a prefix.
std::string default_target(const hub::Hub* hub);

/// Returns the target of a command for which the user names only the place; the default target of a hub that has no
/// such target. nullptr: the hub of ids without a prefix.
std::string target_of_place(const hub::Hub* hub);

/// Returns the id as users type it: with the prefix of the hub, if the hub has one.
std::string id_with_hub(const hub::Hub& hub, std::string_view repo_id);

/// Returns the ids of the adopted repos as id_with_hub() writes them, in alphabetical order, each once. Reads only the
/// user's index of adoptions: a place that was removed by hand is still in it. Omits entries that are not owner/name.
std::vector<std::string> known_ids(const Environment& environment);

/// Returns a hint for a repo that is not adopted: "did you mean …?" if the id or a similar one is adopted, else the
/// command that lists the adopted repos. `name`: as id_with_hub() returns it.
std::string hint_for_unknown(const Environment& environment, std::string_view name);

/// Returns the name of an adopted repo that has the same id on another hub; "" if there is none.
std::string name_on_other_hub(const Environment& environment, std::string_view name);

}  // namespace hubcache::adoption
