// The pages of a tree listing, put together.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "hubs/aistudio/gitea_answer.h"
#include "hubs/aistudio/gitea_repo.h"

namespace hubcache::hub {

struct TreeListing {
  std::vector<Entry> entries;  ///< in the hub's order, with whatever it lists twice
  std::string version;
  std::string repo_id;  ///< as the hub spells it
  std::size_t pages = 0;
  bool ends_in_null = false;  ///< a client that goes on while pages are truncated gets one without a list
};

/// The whole listing, whose first pages are there: at least one, a success.
Result<TreeListing> read_tree(GiteaRepo& repo, const std::string& revision, std::vector<Result<http::Answer>> first);

}  // namespace hubcache::hub
