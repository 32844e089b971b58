// Counts the files of an adoption by kind of link, for reports.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include <hubcache/link.h>

#include "adoption/plan.h"
#include "record/record.h"

namespace hubcache::adoption {

using LinkCounts = std::map<LinkKind, std::uint64_t>;

/// Counts the files of the adoption by the kind of link with which they are staged or placed.
LinkCounts count_links(const record::Record& record);

/// Returns the kind with the most files; the first in LinkKind if several have equally many.
LinkKind main_link(const LinkCounts& counts);

/// Returns "symlink" or, for several kinds, "3 hardlink, 1 copy".
std::string links_text(const LinkCounts& counts);

struct PlacedLinks {
  LinkCounts counts;
  std::uint64_t copied_files = 0, copied_bytes = 0;  ///< of the files that are placed now
};

/// Counts the files of the adoption. `to_place`: indexes of the entries that are placed now.
PlacedLinks count_placed(const record::Record& record, const std::vector<std::size_t>& to_place);

/// Writes the counts into the report.
void report_links(const PlacedLinks& links, AdoptReport& report);

/// Returns a sentence about the files that are copied because no link works. `first`: the first of these files, and why
/// it is copied.
std::string copies_warning(const PlacedLinks& links, bool dry_run, const FirstCopy& first,
                           std::span<const LinkKind> tried);

}  // namespace hubcache::adoption
