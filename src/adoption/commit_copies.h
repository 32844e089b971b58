// Finds copies of adopted files that programs keep outside the place, in folders named after the repo's commit: modules
// of transformers and Arrow files of datasets. An edit does not change the commit, so the programs continue to use the
// old copy.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "adoption/sites.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Returns the copies of all adopted revisions, without duplicates.
Result<std::vector<hub::CommitCopy>> commit_copies(const Environment& environment, const Site& site,
                                                   const record::Record& record);

/// Returns the copies of all adopted revisions that are outdated, without duplicates. A copy of code is outdated if one
/// of its modules differs from the adopted file; a copy of data, if an adopted file is newer than the copy.
Result<std::vector<hub::CommitCopy>> outdated_copies(const Environment& environment, const Site& site,
                                                     const record::Record& record);
/// Does the same for the record of the place, and reads its entries only if there are copies.
Result<std::vector<hub::CommitCopy>> outdated_copies(const Environment& environment, const Site& site,
                                                     record::Trust trust);

/// Renames the copies into `._hubcache/<time>/` in their cache, where the programs do not look. Returns the new names.
Result<std::vector<std::filesystem::path>> move_aside(const std::vector<hub::CommitCopy>& copies,
                                                      const std::string& time);

std::vector<std::string> names_of(const std::vector<hub::CommitCopy>& copies);

}  // namespace hubcache::adoption
