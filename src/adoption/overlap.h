// Detects that the user's folder and a client's place are the same files. One folder or file may have several names:
// symlinks, bind mounts, a file system that is mounted twice.
#pragma once

#include <filesystem>
#include <vector>

#include <hubcache/result.h>

#include "adoption/plan.h"
#include "hub/view.h"

namespace hubcache::adoption {

/// True if the folder is the place itself; false if the place is a symlink to it. Returns ErrorCode::usage if one lies
/// inside the other, or the folder overlaps with the client's temporary folder or with hubcache's own folder.
Result<bool> is_in_place(const std::filesystem::path& folder, const hub::View& view);

/// Returns the folders in the place. They are the client's: no file that the user's folder reaches through a symlink
/// into one of them may be adopted.
std::vector<std::filesystem::path> folders_in_place(const hub::View& view);

/// Returns ErrorCode::conflict if a file that the plan would move out of the place is also a file in the user's folder,
/// under another name: the name in the user's folder would then lead to hubcache's link, and so to itself.
Result<void> check_no_own_file_is_moved(const Plan& plan, const hub::View& view);

/// Returns ErrorCode::conflict if the place's path leads to the adopted folder now, or the two overlap, because a
/// folder above the place was exchanged: then nothing in the place is hubcache's. A place that is itself a symlink
/// passes.
Result<void> check_is_not_folder(const record::Record& record, const std::filesystem::path& place);

}  // namespace hubcache::adoption
