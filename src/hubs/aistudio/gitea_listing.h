// What a repo holds at one revision by the questions of aistudio-sdk: it lists names by one, and gets each file by
// another, which may be answered from another revision.
#pragma once

#include <hubcache/result.h>

#include "hub/local.h"
#include "hubs/aistudio/gitea_repo.h"
#include "repo/remote_tree.h"

namespace hubcache::hub {

/// The names are those of `git/trees`, the ids those of `contents`, as far as it has the files.
Result<RemoteTree> list_gitea(GiteaRepo& repo, const Local& local);

}  // namespace hubcache::hub
