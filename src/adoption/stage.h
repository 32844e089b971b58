// Act, the first step: everything that will come into the place is made in stage/. Nothing in the place is changed.
#pragma once

#include <hubcache/adopt.h>

#include "adoption/custody.h"
#include "adoption/plan.h"
#include "hub/target.h"

namespace hubcache::adoption {

/// Makes the links, each by the next kind of `plan.link_order` where the system refuses one, then says how much is to
/// be copied, and makes the copies. What was made is in the entries of `next`. Returns warnings. ErrorCode::conflict
/// where the user does not want the copies.
Result<std::vector<std::string>> stage(const hub::Target& target, const hub::View& view, const Plan& plan,
                                       record::Record& next, Custody& custody, const AdoptRequest& request);

}  // namespace hubcache::adoption
