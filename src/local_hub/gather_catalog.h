// Gathers the catalog from the records of all adoptions on this machine and the present files of the adopted folders.
#pragma once

#include <hubcache/environment.h>
#include <hubcache/local_hub.h>
#include <hubcache/result.h>

#include "hub/catalog.h"

namespace hubcache::local_hub {

/// Returns the catalog. It includes files that were added to a folder since its adoption and files that the client has
/// downloaded next to adopted files. Uses only the options `trust_owner`, `offline`, `deny_all`, `upstream` and `tell`.
/// Calls `tell` with a message for users if an adoption cannot be served, or was adopted from another hub than the one
/// that gets other requests.
Result<hub::Catalog> gather_catalog(const Environment& environment, const LocalHubOptions& options);

}  // namespace hubcache::local_hub
