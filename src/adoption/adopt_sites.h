// What adopt and refresh share.
#pragma once

#include <optional>
#include <vector>

#include <hubcache/adopt.h>

#include "adoption/listings.h"
#include "adoption/sites.h"

namespace hubcache::adoption {

/// Adopts the request's folder at each site, one after the other; see adopt_each. The request's targets are not looked
/// at. `first_asked`: the listing for the first site, if it was asked for already.
Result<Outcomes<AdoptReport>> adopt_sites(const Environment& environment, AdoptRequest request,
                                          const std::vector<Site>& sites, Listings& listings,
                                          std::optional<Listings::Asked> first_asked = {});

}  // namespace hubcache::adoption
