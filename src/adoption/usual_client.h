// Most users of some repos read them by another client than the hub's own.
#pragma once

#include <string>
#include <vector>

#include <hubcache/environment.h>

#include "adoption/sites.h"

namespace hubcache::adoption {

/// Names the reader by which most users of the site's repo read it, unless it looks in the site's place or the repo is
/// adopted for it too.
void warn_usual_client(const Environment& environment, const Site& site, std::vector<std::string>& warnings);

}  // namespace hubcache::adoption
