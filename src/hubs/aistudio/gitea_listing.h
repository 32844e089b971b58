// Lists a repo at one revision with the requests of aistudio-sdk: the SDK gets the names by one request, and each file
// by another, which the hub may answer from another revision.
#pragma once

#include <hubcache/result.h>

#include "hub/local.h"
#include "hubs/aistudio/gitea_repo.h"
#include "repo/remote_tree.h"

namespace hubcache::hub {

/// Lists the repo: the names from `git/trees`, the ids from the revision that `contents` uses, if it has the file.
Result<RemoteTree> list_gitea(GiteaRepo& repo, const Local& local);

}  // namespace hubcache::hub
