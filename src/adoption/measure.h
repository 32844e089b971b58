// Counts the files of a place, and of hubcache's own folders beside it.
#pragma once

#include <filesystem>

#include <hubcache/result.h>
#include <hubcache/status.h>

#include "hub/view.h"

namespace hubcache::adoption {

/// Adds the files that programs read from the place.
void measure_place(const hub::View& view, RepoStatus& repo);
/// Adds what lies aside, in the folder of the place's record.
Result<void> measure_aside(const std::filesystem::path& record_folder, RepoStatus& repo);

}  // namespace hubcache::adoption
