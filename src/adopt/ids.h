// Ids of repos as users type them, and which hub and target they mean.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "repo/hub_kind.h"

namespace hubcache::adoption {

/// Takes "hf:" off the ids. The hub that they belong to: "hf:owner/name" to Hugging Face's, owner/name to AI Studio's;
/// nullopt where there is no id, or where targets are named, whose hub it is then. ErrorCode::usage for "hf:" with a
/// target of another hub, and for ids of both hubs.
Result<std::optional<HubKind>> take_hub(std::vector<std::string>& repo_ids, const std::vector<std::string>& targets);

/// The target that a command means for one repo where none is named.
std::string default_target(std::optional<HubKind> hub);

/// The target that a command on an adoption means where only its place is named.
std::string target_of_place(std::optional<HubKind> hub);

/// The id as a user types it.
std::string id_with_hub(HubKind hub, std::string_view repo_id);

/// The next step for somebody who names a repo that is not adopted: "did you mean …?" where a similar one is, else
/// where to look. `name`: as id_with_hub() returns it.
std::string hint_for_unknown(const Environment& environment, std::string_view name);

}  // namespace hubcache::adoption
