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

/// Returns all hubs. The first one is the hub of ids without a prefix.
std::span<const hub::Hub* const> all();

/// Returns the targets of all hubs, in the order in which reports list them.
std::span<const hub::Target* const> targets();

/// Finds a target by name. ErrorCode::usage for an unknown name.
Result<const hub::Target*> find_target(std::string_view name);

/// Returns the names of the targets for a folder that the program passes to its client, at most one for each
/// hub: "a, b".
std::string local_dir_targets();

/// Returns the hosts of all hubs, including hubs for which hubcache has no targets yet. With --offline, requests to
/// these hosts are refused.
std::vector<std::string_view> known_hosts();

}  // namespace hubcache::hubs
