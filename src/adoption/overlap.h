// Whether the user's folder and a client's place are the same files. One folder, or one file, may have several names:
// symlinks, bind mounts, a file system mounted twice.
#pragma once

#include <filesystem>
#include <vector>

#include <hubcache/result.h>

#include "adoption/plan.h"
#include "hub/view.h"

namespace hubcache::adoption {

/// Whether the folder is the place itself. ErrorCode::usage where one lies inside the other, or the folder overlaps
/// with the client's temporary folder or with hubcache's own.
Result<bool> is_in_place(const std::filesystem::path& folder, const hub::View& view);

/// The folders beneath the place: a folder of the user's that is one of them belongs to the client.
std::vector<std::filesystem::path> folders_in_place(const hub::View& view);

/// ErrorCode::conflict where the plan would move a file out of the place that is one of the user's own under another
/// name: its name in the user's folder would then lead to hubcache's link, and so to itself.
Result<void> check_no_own_file_is_moved(const Plan& plan, const hub::View& view);

/// ErrorCode::conflict where the place's name leads to the adopted folder now, or into it, because a folder above the
/// place was exchanged: nothing there is hubcache's. A place that is itself a symlink is none of these.
Result<void> check_is_not_folder(const record::Record& record, const std::filesystem::path& place);

}  // namespace hubcache::adoption
