// Reads all pages of a tree listing.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "hubs/aistudio/gitea_answer.h"
#include "hubs/aistudio/gitea_repo.h"

namespace hubcache::hub {

struct TreeListing {
  std::vector<Entry> entries;  ///< in the hub's order, with duplicates
  std::string version;
  std::string repo_id;  ///< the repo's id as the hub spells it
  std::size_t pages = 0;
  bool ends_in_null = false;  ///< the page after the last one has `"tree": null`, and a client that trusts `truncated`
                              ///< requests it
};

/// Reads the whole listing. `first`: the answers for the first pages, at least one; the first one is a success.
Result<TreeListing> read_tree(GiteaRepo& repo, const std::string& revision, std::vector<Result<http::Answer>> first);

}  // namespace hubcache::hub
