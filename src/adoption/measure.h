// Counts the files in a place and in hubcache's own folders for the place.
#pragma once

#include <filesystem>

#include <hubcache/result.h>
#include <hubcache/status.h>

#include "hub/view.h"

namespace hubcache::adoption {

/// Adds the number and size of the files that programs read from the place.
void measure_place(const hub::View& view, RepoStatus& repo);
/// Adds the numbers and sizes of the files that hubcache keeps in the place's record folder.
Result<void> measure_aside(const std::filesystem::path& record_folder, RepoStatus& repo);

}  // namespace hubcache::adoption
