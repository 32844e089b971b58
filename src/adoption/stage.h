// Creates everything that will come into the place in stage/. Does not change the place.
#pragma once

#include <hubcache/adopt.h>

#include "adoption/custody.h"
#include "adoption/plan.h"
#include "hub/target.h"

namespace hubcache::adoption {

/// Creates the links, then asks about or announces the copies, then makes them. If the system refuses a link, tries the
/// next kinds of `plan.link_order`. Records the new files in the entries of `next`. Returns warnings. Returns
/// ErrorCode::conflict if the user declines the copies.
Result<std::vector<std::string>> stage(const hub::Target& target, const hub::View& view, const Plan& plan,
                                       record::Record& next, Custody& custody, const AdoptRequest& request);

}  // namespace hubcache::adoption
