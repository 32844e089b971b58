// hubcache does not ask a hub if the environment tells the hub's own clients not to.
#pragma once

#include <string>

#include <hubcache/adopt.h>
#include <hubcache/environment.h>

#include "adoption/sites.h"

namespace hubcache::adoption {

/// Whether a command asks the site's hub: not with `offline` (the user says --offline), and not where a variable of the
/// client forbids it.
bool asks_hub(const Environment& environment, bool offline, const Site& site);

/// Says which variable that is; "" if there is none.
std::string offline_note(const Environment& environment, const Site& site);

/// The request as it is to be done at this site. ErrorCode::usage where it has to ask a hub that is not to be asked.
Result<AdoptRequest> request_at(const Environment& environment, AdoptRequest request, const Site& site);

/// Adds how to do without a hub that cannot be reached.
Error with_way_without_hub(Error error, const AdoptRequest& request);

}  // namespace hubcache::adoption
