// Moves a tree into another tree. Uses renames only, so that each file has a name at every moment.
#pragma once

#include <functional>
#include <string>

#include <hubcache/result.h>

#include "fs/file.h"

namespace hubcache::adoption {

/// Called with each file, symlink or folder that was in the way and was moved out of `to`. `item`: its new name, in
/// `from` or below `parked`. `relative`: its old name, relative to `to`. `before`: its status under the old name (the
/// move has changed its ctime).
using SetAside =
    std::function<Result<void>(const fs::Name& item, const std::string& relative, const fs::Status& before)>;

/// Returns true for a name that graft() leaves in `from`, with everything below it. Not called for names below a folder
/// that moves as a whole.
using Stays = std::function<bool(const std::string& relative)>;

/// Moves each file and symlink below `from` to the same relative name below `to`. A folder that `to` lacks moves as a
/// whole. If the name exists in `to`, the two names are exchanged in one step, and the old item is passed to
/// `set_aside`. On a file system that cannot exchange names, the old item is moved to `parked` first and passed to
/// `set_aside` when the new item has its name. A symlink to a folder is in the way, too: nothing is moved through a
/// symlink. A missing `from` is not an Error.
/// `from` and `to` must be on one file system, each below a Root; `to` must be the Root's own folder. `parked` must be
/// below the Root of `from`, and empty.
Result<void> graft(const fs::Name& from, const fs::Name& to, const fs::Name& parked, const SetAside& set_aside,
                   const Stays& stays = {});

}  // namespace hubcache::adoption
