// Finds the repo that a user names.
#pragma once

#include <string>

#include <hubcache/result.h>

#include "published/keys.h"

namespace hubcache::published {

/// `repo_id`: owner/name, with the hub's prefix if it has one. ErrorCode::usage if it is not a repo id of the hub.
Result<StoredRepo> parse_repo(const std::string& repo_id, RepoType type);

/// Returns the revision that the user names; "" is the hub's default.
Result<Revision> parse_revision(const StoredRepo& repo, const std::string& revision);

/// Returns the id as users type it.
std::string name_of(const StoredRepo& repo);

}  // namespace hubcache::published
