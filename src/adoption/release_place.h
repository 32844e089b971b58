// Releases one place.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <hubcache/adopt.h>

#include "adoption/custody.h"
#include "adoption/sites.h"
#include "hub/view.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Recovers from a command that was cut off, and returns a view of the place, which must be idle and not a mount point.
/// Renews the stamps in the record in memory if files were copied together with their place.
Result<hub::View> recover_and_look(const Environment& environment, const Site& site,
                                   std::optional<record::Record>& record, Custody& custody);

/// Restores the place as it was before the adoption, and removes its record. Leaves files of other adoptions alone.
/// Leaves files below a mount point, and names the mount points in the report and in Record::unreleased.
Result<ReleaseReport> release_place(const Environment& environment, const Site& site, const hub::View& view,
                                    record::Record& record, Custody& custody);

/// Completes a release that was cut off (Phase::releasing), so that a new adoption finds the place as it was before the
/// old adoption. Resets `record` if nothing is left of the old adoption. Returns the names in kept/.
/// `now`: see Custody.
Result<std::vector<std::string>> complete_release(const Environment& environment, const Site& site,
                                                  std::optional<record::Record>& record, const std::string& now);

}  // namespace hubcache::adoption
