// Adoptions whose places overlap: one folder is the place of two targets, or lies inside the place of another repo. To
// a release of one, the files of the other look like files that a client has added.
#pragma once

#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "adoption/sites.h"

namespace hubcache::adoption {

/// The other recorded adoptions whose folders overlap with the site's place, as far as they are known: hubcache
/// remembers them, the environment leads to them, or they are recorded for a folder above. Those that `trust` leaves
/// out are no adoptions. A record that cannot be read is one with `unreadable`. Targets that share one record share one
/// adoption.
std::vector<Site> overlapping_adoptions(const Environment& environment, const Site& site, record::Trust trust);

/// ErrorCode::conflict if there is any: for a place where nothing is adopted yet.
Result<void> check_no_overlap(const Environment& environment, const Site& site, record::Trust trust);

/// The names in the site's place that belong to other adoptions, of whatever user: folders and files; sorted. Adoptions
/// that nobody remembers are found by their records in the place.
std::vector<std::string> names_of_others(const Environment& environment, const Site& site, const hub::View& view);

}  // namespace hubcache::adoption
