// Checks an adoption before there is a plan.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include <hubcache/adopt.h>

#include "adoption/sites.h"
#include "record/record.h"
#include "repo/local_tree.h"

namespace hubcache::adoption {

/// Returns ErrorCode::usage if the request combines --require-complete with --offline.
Result<void> check_complete(const AdoptRequest& request);

/// Returns ErrorCode::conflict if the place is adopted as another repo, or as one of another type, or if the previous
/// adoption was in place and this one is not, or the other way round.
Result<void> check_previous(const Site& site, const std::optional<record::Record>& previous, bool in_place);

/// Returns ErrorCode::failed if there are no files to adopt. The message quotes the first item of `left_out`.
Result<void> check_any(const std::vector<LocalFile>& files, const std::vector<LeftOut>& left_out,
                       const AdoptRequest& request);

/// Returns ErrorCode::conflict if nothing is adopted at the site and its place overlaps with the place of another
/// adoption. A site that is adopted already passes: earlier versions of hubcache allowed overlaps.
Result<void> check_alone(const Environment& environment, const AdoptRequest& request, const Site& site, bool in_place);

/// Result of check_site().
struct SiteCheck {
  bool in_place;
  std::vector<std::filesystem::path> folders;  ///< of the client; no adopted file may come from them
};
/// Checks the site before the user's folder is scanned. Returns ErrorCode::conflict or ErrorCode::usage if the folder
/// cannot be adopted there.
Result<SiteCheck> check_site(const AdoptRequest& request, const Site& site);

}  // namespace hubcache::adoption
