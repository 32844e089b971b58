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

/// Fills the report's links, copied_files and copied_bytes by the plan's entries.
void report_links(Plan& plan);

/// The sentence about files that are copied because no link works; `why` is about `first`.
std::string copies_warning(const AdoptReport& report, const std::string& first, const std::string& why);

}  // namespace hubcache::adoption
