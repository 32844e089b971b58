// Lists the files of a revision: from the hub, else from what this machine has recorded.
#pragma once

#include <hubcache/environment.h>
#include <hubcache/status.h>

#include "adoption/sites.h"
#include "adoption/verdicts.h"

namespace hubcache::adoption {

/// The files of the site's revision. Says in `status` whether the hub was asked, what it answered, and whether the
/// result tells what the hub has. A hub that fails is no Error: then the listing is the recorded one.
KnownListing known_listing(const Environment& environment, const Site& site, const PlaceFacts& facts, bool offline,
                           RevisionStatus& status);

}  // namespace hubcache::adoption
