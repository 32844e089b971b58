// An adoption at one place, as one straight line: lock, recover, gather, decide, ask, apply, report.
#pragma once

#include <hubcache/adopt.h>

#include "adoption/sites.h"
#include "fs/held_folder.h"
#include "repo/local_tree.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

/// One site of a request, and what all its sites share.
struct PlaceJob {
  const Environment& environment;
  const AdoptRequest& request;
  const Site& site;
  const LocalTree& local;
  fs::FolderId folder_id;  ///< of the user's folder, from before it was scanned
  bool in_place;
};

/// `remote`: the hub's listing; nullptr where the hub was not asked. The errors are those of adopt_each(); after an
/// Error the place is as it was, or the Error's hint says that it is not.
Result<AdoptReport> adopt_place(const PlaceJob& job, const RemoteTree* remote);

}  // namespace hubcache::adoption
