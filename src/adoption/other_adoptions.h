// Finds adoptions whose places overlap: one folder is the place of two targets, or lies inside the place of another
// repo. When one adoption is released, the files of the other look like files that a client has added.
#pragma once

#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "adoption/sites.h"

namespace hubcache::adoption {

/// Returns the other adoptions whose folders overlap with the site's place and whose record hubcache can find: hubcache
/// remembers the place, the environment leads to it, or the record is that of a folder above. Leaves out adoptions that
/// `trust` excludes. An unreadable record gives a Site with `unreadable`. Targets that share one record share one
/// adoption.
std::vector<Site> overlapping_adoptions(const Environment& environment, const Site& site, record::Trust trust);

/// Returns ErrorCode::conflict if another adoption overlaps with the site's place, if the place contains the folder
/// of another adoption, or if files of such a folder are in the place. `in_place`: the adoption is in place, and so
/// puts no files into the place; then the last condition does not count. Use it for a place where nothing is adopted
/// yet.
Result<void> check_no_overlap(const Environment& environment, const Site& site, bool in_place, record::Trust trust);

/// Returns the names of folders and files in the site's place that belong to other adoptions, of any user; sorted.
/// Finds adoptions that hubcache does not remember by their records in the place.
std::vector<std::string> names_of_others(const Environment& environment, const Site& site, const hub::View& view);

}  // namespace hubcache::adoption
