// Finds what is left over in the folders of one repo.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <hubcache/result.h>

#include "caches/prune_plan.h"
#include "fs/survey.h"

namespace hubcache::caches {

/// Looks into the place, the temporary folder and hubcache's own folder. Of an adopted repo it returns only what a
/// killed removal has left. `now`: nanoseconds since 1970.
Result<std::vector<LeftoverFiles>> leftovers_of(const ExaminedRepo& repo, const RemovalContext& context,
                                                std::int64_t now);

/// Whether this user may decide about the file: other users' files are left out, unless this user is root.
bool is_for_this_user(const fs::SurveyedEntry& entry);

/// Adds the file to the group.
void add_leftover(LeftoverFiles& group, std::string path, const fs::Status& status, std::uint64_t disk_size);
void add_leftover(LeftoverFiles& group, const fs::SurveyedEntry& entry);

/// Returns what a killed command has left in `record`; its `files` may be empty: then only empty folders and a lock are
/// left. nullopt if nothing is left, and if the folder is needed for an adoption or for files that hubcache keeps.
Result<std::optional<LeftoverFiles>> rest_of_removal(const std::filesystem::path& record,
                                                     const RemovalContext& context);

}  // namespace hubcache::caches
