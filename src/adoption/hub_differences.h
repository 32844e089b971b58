// The differences between an adopted revision and the same revision of the hub, for `hubcache status`.
#pragma once

#include <hubcache/environment.h>
#include <hubcache/result.h>
#include <hubcache/status.h>

#include "adoption/gather.h"
#include "adoption/known_listing.h"
#include "adoption/sites.h"

namespace hubcache::adoption {

/// Compares an adopted revision with the hub's listing: fills RepoStatus::only_here, and the fields of `status` that
/// tell whether the hub or the client's cache has moved on. `facts.record` is the record of the adoption.
Result<void> compare_with_hub(const Environment& environment, const Site& site, const PlaceFacts& facts,
                              const KnownListing& listing, RevisionStatus& status, RepoStatus& repo);

}  // namespace hubcache::adoption
