// Act: carries out the plan of an adoption, and so changes the client's place.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "adoption/link_counts.h"
#include "adoption/plan.h"

namespace hubcache::adoption {

/// The result of apply().
struct Applied {
  PlacedLinks links;
  std::vector<std::string> kept;  ///< new paths in kept/ of files that were moved out of the place
  std::uint64_t displaced = 0;    ///< number of files that release moves back
  std::vector<std::string> warnings;
};

/// Carries out the plan: saves the record, makes the new links and copies in stage/, saves the record with them, moves
/// them into the place, removes retiring entries from the place, moves unfinished downloads to kept/, writes the
/// metadata and saves the final record. In place, it moves no links or copies into the place: instead it restores the
/// user's versions that the plan names, and makes a second hard link to each file. If the process is killed, the next
/// adopt or release completes the change. Calls `check` right after the first save; if `check` fails, apply() stops and
/// returns that Error.
Result<Applied> apply(const hub::Target& target, const hub::View& view, Plan plan, Custody& custody,
                      const AdoptRequest& request, const std::function<Result<void>()>& check);

}  // namespace hubcache::adoption
