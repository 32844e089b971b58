// Counts the kinds of links of an adoption, for reports.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <hubcache/link.h>

#include "adoption/plan.h"
#include "record/record.h"

namespace hubcache::adoption {

using LinkCounts = std::map<LinkKind, std::uint64_t>;

/// How many files of the adoption come, or stand in the place, by which kind of link.
LinkCounts count_links(const record::Record& record);

/// The kind of most files; of equal ones the first in LinkKind.
LinkKind main_link(const LinkCounts& counts);

/// "symlink", or "3 hardlink, 1 copy".
std::string links_text(const LinkCounts& counts);

/// How the files of an adoption come into the place.
struct PlacedLinks {
  LinkCounts counts;
  std::uint64_t copied_files = 0, copied_bytes = 0;  ///< now
};

/// `to_place`: indexes of the entries that are placed now.
PlacedLinks count_placed(const record::Record& record, const std::vector<std::size_t>& to_place);

/// Writes the counts into the report.
void report_links(const PlacedLinks& links, AdoptReport& report);

/// The sentence about files that are copied because no link works; `why` is about `first`.
std::string copies_warning(const PlacedLinks& links, bool dry_run, const FirstCopy& first);

}  // namespace hubcache::adoption
