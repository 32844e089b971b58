// The pages of a tree listing, put together.
#pragma once

#include <string>
#include <vector>

#include <hubcache/result.h>

#include "hub/gitea_answer.h"
#include "hub/gitea_repo.h"

namespace hubcache::hub {

struct TreeListing {
  std::vector<Entry> entries;  ///< in the hub's order, with whatever it lists twice
  std::string version;
};

/// The whole listing, of which `first` is the first page's answer.
Result<TreeListing> read_tree(GiteaRepo& repo, const std::string& revision, const http::Answer& first);

}  // namespace hubcache::hub
