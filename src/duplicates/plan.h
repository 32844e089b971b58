// Makes the plan: which equal files share what, and the bytes to gain.
#pragma once

#include <hubcache/dedupe.h>

#include "duplicates/block_sharing.h"
#include "duplicates/choose.h"
#include "duplicates/equal.h"

namespace hubcache::duplicates {

struct Step {
  std::uint32_t file = 0;
  std::uint64_t gain = 0;  ///< bytes
};

struct PlannedGroup {
  std::uint32_t kept = 0;
  std::vector<Step> steps;
  Sharing sharing = Sharing::blocks;

  std::uint64_t gain() const;
};

struct Plan {
  std::vector<PlannedGroup> groups;                                       ///< largest gain first
  std::uint64_t shared_already = 0, by_hard_links = 0, not_sharable = 0;  ///< as in DedupeReport
};

/// Reads the files' blocks and attributes; changes nothing.
Plan make_plan(const Files& files, const Equals& equals, BlockSharing& sharing, bool hard_links);

}  // namespace hubcache::duplicates
