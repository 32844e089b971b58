// Adopts one folder at several sites; adopt and refresh share this function.
#pragma once

#include <optional>
#include <vector>

#include <hubcache/adopt.h>

#include "adoption/listings.h"
#include "adoption/sites.h"

namespace hubcache::adoption {

/// Adopts the request's folder at each site in turn, like adopt_each(); ignores the request's targets. `first_asked`:
/// the listing for the first site, if the caller has asked for it already.
Result<Outcomes<AdoptReport>> adopt_sites(const Environment& environment, AdoptRequest request,
                                          const std::vector<Site>& sites, Listings& listings,
                                          std::optional<Listings::Asked> first_asked = {});

}  // namespace hubcache::adoption
