// The listing of a repo folder by folder, for a hub that refuses the tree API.
#pragma once

#include <vector>

#include <hubcache/result.h>

#include "hubs/aistudio/gitea_answer.h"
#include "hubs/aistudio/gitea_repo.h"

namespace hubcache::hub {

/// Whether the status means that the hub has no tree API for us. Any other failure is an Error of its own: it must not
/// cost a request a file.
constexpr bool is_tree_refused(long status) { return status == 403 || status == 405 || status == 501; }

/// Everything beneath the top folder, as `contents` lists it; one request a folder. The Error of the top folder's own
/// question is `refused`: then the hub answers neither.
Result<std::vector<Entry>> walk_folders(GiteaRepo& repo, const Error& refused);

}  // namespace hubcache::hub
