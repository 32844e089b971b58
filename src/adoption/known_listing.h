// Lists the files of a revision: from the hub's answer, or else from the records on this machine.
#pragma once

#include <optional>

#include <hubcache/result.h>
#include <hubcache/status.h>

#include "adoption/sites.h"
#include "adoption/verdicts.h"
#include "hub/hub.h"

namespace hubcache::adoption {

/// Returns the files of the site's revision. `answer`: the hub's answer; nullopt if the hub was not asked. If the hub
/// failed, the result is the recorded listing. Sets in `status` whether the hub answered, its error, why the client
/// raises an exception, and whether the result shows which files the hub has.
KnownListing known_listing(const Site& site, const PlaceFacts& facts, std::optional<Result<hub::Listing>> answer,
                           RevisionStatus& status);

}  // namespace hubcache::adoption
