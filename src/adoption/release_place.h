// The release of one place.
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

/// Sorts out what a command that was cut off has left, and looks at the place, which must be idle and no mount point.
/// The record in memory takes over the stamps of files that were copied with their place.
Result<hub::View> recover_and_look(const Environment& environment, const Site& site,
                                   std::optional<record::Record>& record, Custody& custody);

/// Puts back what was in the place before the adoption, and removes its record. What belongs to another adoption stays.
/// What is below a mount point is left,
/// and named by the report and in Record::unreleased.
Result<ReleaseReport> release_place(const Environment& environment, const Site& site, const hub::View& view,
                                    record::Record& record, Custody& custody);

/// Completes a release that was cut off (Phase::releasing): what it has put back already is the place as it was before
/// the adoption. `record` is reset if nothing is left of it. Returns what was kept.
/// `now`: see Custody.
Result<std::vector<std::string>> complete_release(const Environment& environment, const Site& site,
                                                  std::optional<record::Record>& record, const std::string& now);

}  // namespace hubcache::adoption
