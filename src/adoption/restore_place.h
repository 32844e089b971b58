// Restores the user's files in one place that was adopted in place.
#pragma once

#include <hubcache/adopt.h>

#include "adoption/custody.h"
#include "adoption/sites.h"
#include "hub/view.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Puts back the user's files that a client has replaced or deleted, and records them in the client's index again.
/// ErrorCode::failed if the repo was adopted from a folder.
Result<ReleaseReport> restore_place(const Environment& environment, const Site& site, hub::View& view,
                                    record::Record& record, Custody& custody);

}  // namespace hubcache::adoption
