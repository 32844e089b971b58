// Suppresses requests to a hub if the environment tells the hub's own clients to work offline.
#pragma once

#include <string>

#include <hubcache/adopt.h>
#include <hubcache/environment.h>

#include "adoption/sites.h"

namespace hubcache::adoption {

/// True if a command asks the site's hub: not with `offline` (the user passed --offline), and not if a variable of the
/// client forbids it.
bool asks_hub(const Environment& environment, bool offline, const Site& site);

/// Returns a message that names this variable; "" if none is set.
std::string offline_note(const Environment& environment, const Site& site);

/// Returns the request with the effects of the environment at this site. Returns ErrorCode::usage if the request needs
/// the hub and a variable forbids asking it.
Result<AdoptRequest> request_at(const Environment& environment, AdoptRequest request, const Site& site);

/// If the hub did not answer, adds --offline to the hint, unless the request needs the hub.
Error with_way_without_hub(Error error, const AdoptRequest& request);

}  // namespace hubcache::adoption
