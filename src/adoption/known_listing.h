// Lists the files of a revision: from the hub, else from what this machine has recorded.
#pragma once

#include <optional>

#include <hubcache/result.h>
#include <hubcache/status.h>

#include "adoption/sites.h"
#include "adoption/verdicts.h"
#include "hub/hub.h"

namespace hubcache::adoption {

/// The files of the site's revision. `answer`: of the hub; none where it was not asked. Says in `status` whether the
/// hub was asked, what it answered, and whether the result tells what the hub has. A hub that fails is no Error: then
/// the listing is the recorded one.
KnownListing known_listing(const Site& site, const PlaceFacts& facts, std::optional<Result<hub::Listing>> answer,
                           RevisionStatus& status);

}  // namespace hubcache::adoption
