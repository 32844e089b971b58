// All hubs and their targets.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/result.h>

#include "hub/hub.h"
#include "hub/target.h"

namespace hubcache::hubs {

/// The first one is the hub of ids without a prefix.
std::span<const hub::Hub* const> all();

/// Returns the targets of all hubs, in the order in which reports list them.
std::span<const hub::Target* const> targets();

/// Finds a target by name. ErrorCode::usage for an unknown name.
Result<const hub::Target*> find_target(std::string_view name);

/// "a, b": the names of the targets for a folder that the program names to its client, one of each hub.
std::string local_dir_targets();

/// The hosts of all hubs, and of those that hubcache has no targets for yet: offline, none of them may be asked.
std::vector<std::string_view> known_hosts();

}  // namespace hubcache::hubs
