// Checks the tree listing against `contents`, which is what the client uses.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <hubcache/result.h>

#include "hub/local.h"
#include "hub/sift.h"
#include "hubs/aistudio/gitea_opening.h"
#include "hubs/aistudio/gitea_repo.h"

namespace hubcache::hub {

/// Returns the maximal number of requests for the listing of a repo: seven; for many pages one for the repo, one for
/// the tag, one for each page and two for files.
constexpr std::uint64_t questions_for(std::size_t pages) { return std::max<std::uint64_t>(7, pages + 4); }

/// Compares the listing with `contents` of one file that may be in LFS and of one that is not. `known`: the answers
/// that were requested before the listing arrived. For a kind of file that `known` lacks, requests `contents`; also
/// requests the real sizes of further LFS files that the user lacks, until the repo has cost `questions` requests in
/// total. Compares at least one file. Returns false if an answer differs from the listing or cannot be parsed: the
/// listing is then unusable. Every other failed request is an Error. A failed answer in `known` is ignored, unless it
/// shows that the hub has not finished processing a push: that is an Error.
Result<bool> agrees_with_contents(GiteaRepo& repo, Sifted& listed, const Local& local,
                                  const std::vector<FileAnswer>& known, std::uint64_t questions);

/// Requests `contents` of every file. The answers replace the data from the listing.
Result<void> ask_contents_for_all(GiteaRepo& repo, Sifted& listed);

}  // namespace hubcache::hub
