// Gathers the catalog: the records of all adoptions on this machine, and a look at the adopted folders as they are now.
#pragma once

#include <functional>
#include <string>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "server/catalog.h"

namespace hubcache::server {

/// Files that were added to a folder since its adoption count; so does what the client has downloaded beside adopted
/// files. `tell`: receives a line for people where an adoption cannot be served.
Result<Catalog> gather_catalog(const Environment& environment, const std::function<void(const std::string&)>& tell);

}  // namespace hubcache::server
