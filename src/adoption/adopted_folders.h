// Checks that an adoption writes to no folder from which another repo is adopted. The folders hold the user's files,
// which hubcache never replaces.
#pragma once

#include <vector>

#include "adoption/sites.h"
#include "record/places.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Returns ErrorCode::conflict if the site's place contains the folder of another adoption, or if the place is in such
/// a folder and files that are adopted from there are in the place. `in_place`: the adoption is in place, and so puts
/// no files into the place; then only the first condition counts. Leaves out records that `trust` excludes or that
/// cannot be read.
Result<void> check_holds_no_adopted_files(const Site& site, bool in_place,
                                          const std::vector<record::KnownPlace>& known_places, record::Trust trust);

}  // namespace hubcache::adoption
