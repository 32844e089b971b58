// Gathers the catalog: the records of all adoptions on this machine, and a look at the adopted folders as they are now.
#pragma once

#include <hubcache/environment.h>
#include <hubcache/local_hub.h>
#include <hubcache/result.h>

#include "hub/catalog.h"

namespace hubcache::local_hub {

/// Files that were added to a folder since its adoption count; so does what the client has downloaded beside adopted
/// files. Of the options, `trust_owner`, `offline`, `upstream` and `tell` count: a line for people where an adoption
/// cannot be served, or is of another hub than the one that other requests are passed to.
Result<hub::Catalog> gather_catalog(const Environment& environment, const LocalHubOptions& options);

}  // namespace hubcache::local_hub
