// Lists a repo folder by folder, for a hub that refuses the tree API.
#pragma once

#include <vector>

#include <hubcache/result.h>

#include "hubs/aistudio/gitea_answer.h"
#include "hubs/aistudio/gitea_repo.h"

namespace hubcache::hub {

/// Whether the status means that the hub refuses the tree API. After any other failure hubcache reports an Error,
/// instead of one request for each file.
constexpr bool is_tree_refused(long status) { return status == 403 || status == 405 || status == 501; }

/// Lists everything below the top folder with one `contents` request for each folder. If the hub refuses the request
/// for the top folder too, returns `refused`, the Error of the tree API.
Result<std::vector<Entry>> walk_folders(GiteaRepo& repo, const Error& refused);

}  // namespace hubcache::hub
