// Warns about repos that most users load by another client than the hub's own.
#pragma once

#include <string>
#include <vector>

#include <hubcache/environment.h>

#include "adoption/sites.h"

namespace hubcache::adoption {

/// Warns if most users load the site's repo by another client, unless that client uses the site's place or the repo is
/// adopted for it too.
void warn_usual_client(const Environment& environment, const Site& site, std::vector<std::string>& warnings);

}  // namespace hubcache::adoption
