// Adopts at one place: locks it, recovers, gathers facts, makes a plan, applies the plan and reports.
#pragma once

#include <hubcache/adopt.h>

#include "adoption/sites.h"
#include "fs/held_folder.h"
#include "repo/local_tree.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

/// One site of a request, with the values that all sites of the request share.
struct PlaceJob {
  const Environment& environment;
  const AdoptRequest& request;
  const Site& site;
  const LocalTree& local;
  fs::FolderId folder_id;  ///< of the user's folder before the scan
  bool in_place;
};

/// Adopts at one place. `remote`: the hub's listing; nullptr if the hub was not asked (then the request must not have
/// `match`). Returns the same Errors as adopt_each(). After an Error, the place is unchanged, or the Error's hint says
/// how to complete or undo the partial change.
Result<AdoptReport> adopt_place(const PlaceJob& job, const RemoteTree* remote);

}  // namespace hubcache::adoption
