// What adopt and refresh share.
#pragma once

#include <vector>

#include <hubcache/adopt.h>

#include "adoption/sites.h"

namespace hubcache::adoption {

/// Adopts the request's folder at each site, one after the other; see adopt_each. The request's targets are not looked
/// at.
Result<Outcomes<AdoptReport>> adopt_sites(const Environment& environment, AdoptRequest request,
                                          const std::vector<Site>& sites);

}  // namespace hubcache::adoption
