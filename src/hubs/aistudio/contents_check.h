// The tree listing held against `contents`, which is what the client itself goes by.
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

/// How many questions the listing of a repo may cost: seven, or with many pages the repo, the tag, the pages, and two
/// files.
constexpr std::uint64_t questions_for(std::size_t pages) { return std::max<std::uint64_t>(7, pages + 4); }

/// Holds the listing against one file that may be of LFS and one that is not. `known`: what was asked for before the
/// listing was there; where that is not both, `contents` is asked, and as far as `questions` (of all that the repo has
/// cost) go also for more files of the first kind that the user lacks, whose real sizes are learnt by it. At least one
/// file is looked at. False where an answer differs from the listing or cannot be read: then the listing is worth
/// nothing. Any other failure is an Error, but for one of what is known.
Result<bool> agrees_with_contents(GiteaRepo& repo, Sifted& listed, const Local& local,
                                  const std::vector<FileAnswer>& known, std::uint64_t questions);

/// Requests `contents` of every file; the answers replace the listed data.
Result<void> ask_contents_for_all(GiteaRepo& repo, Sifted& listed);

}  // namespace hubcache::hub
