// Checks of an adoption that need no plan.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include <hubcache/adopt.h>

#include "adoption/sites.h"
#include "record/record.h"
#include "repo/local_tree.h"

namespace hubcache::adoption {

/// ErrorCode::usage for --require-complete where the hub is not asked.
Result<void> check_complete(const AdoptRequest& request);

/// ErrorCode::conflict if the place is adopted as another repo, or in another way.
Result<void> check_previous(const Site& site, const std::optional<record::Record>& previous, bool in_place);

/// ErrorCode::failed if there is no file to adopt. `left_out` may tell why.
Result<void> check_any(const std::vector<LocalFile>& files, const std::vector<LeftOut>& left_out,
                       const AdoptRequest& request);

/// ErrorCode::conflict if nothing is adopted at the site yet, and its place overlaps with that of another adoption.
/// An adoption of an earlier version that overlaps can be adopted again.
Result<void> check_alone(const Environment& environment, const AdoptRequest& request, const Site& site);

/// Tells how a site restricts the scan of the folder.
struct SiteCheck {
  bool in_place;
  std::vector<std::filesystem::path> folders;  ///< of the client's, which the user's folder must not hold
};
/// Looks at the site before the folder is scanned. ErrorCode::conflict or ErrorCode::usage where it cannot be adopted.
Result<SiteCheck> check_site(const AdoptRequest& request, const Site& site);

}  // namespace hubcache::adoption
