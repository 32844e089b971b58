// Moves a tree into another by renames alone, so that at every moment each file has a name.
#pragma once

#include <functional>
#include <string>

#include <hubcache/result.h>

#include "fs/file.h"

namespace hubcache::adoption {

/// Receives what stood in the way: `item` is where it is now (in the tree that is grafted, or below `parked`),
/// `relative` where it was, and `before` how it was there: moving it has changed its ctime.
using SetAside =
    std::function<Result<void>(const fs::Name& item, const std::string& relative, const fs::Status& before)>;

/// Whether a name stays in the tree that is grafted, with all that is beneath it.
using Stays = std::function<bool(const std::string& relative)>;

/// Each file and symlink beneath `from` comes to stand at its place beneath `to`; a folder that is missing there moves
/// whole. What is in the way is exchanged for it in one step where the file system can, and then handed to `set_aside`.
/// A folder behind a symlink is in the way: nothing is ever put through a link. Both are on one file system, and below
/// a Root each; `to` is the Root's own folder. On a file system that cannot exchange, what is in the way waits below
/// `parked` (below the Root of `from`; empty) until the item has taken its name.
Result<void> graft(const fs::Name& from, const fs::Name& to, const fs::Name& parked, const SetAside& set_aside,
                   const Stays& stays = {});

}  // namespace hubcache::adoption
