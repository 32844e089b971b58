// Copies of adopted files that programs have made by the repo's commit, outside of the place: transformers' modules,
// the Arrow files of datasets. After an edit the commit is the same, so the programs go on taking the old copy.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "adoption/sites.h"
#include "record/record.h"

namespace hubcache::adoption {

/// The copies at any of the adopted revisions; each once.
Result<std::vector<hub::CommitCopy>> commit_copies(const Environment& environment, const Site& site,
                                                   const record::Record& record);

/// The copies that do not hold what is adopted now, at any of the adopted revisions.
Result<std::vector<hub::CommitCopy>> outdated_copies(const Environment& environment, const Site& site,
                                                     const record::Record& record);

/// Moves the copies, by a rename, to `._hubcache/<time>/` in their cache, where the programs do not look. Returns the
/// new names.
Result<std::vector<std::filesystem::path>> move_aside(const std::vector<hub::CommitCopy>& copies,
                                                      const std::string& time);

std::vector<std::string> names_of(const std::vector<hub::CommitCopy>& copies);

}  // namespace hubcache::adoption
