// Everything beneath a folder as it stands, for looking at places: nothing is left out, symlinks are entries.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <hubcache/result.h>

#include "fs/file.h"

namespace hubcache::fs {

/// What to do with a folder, or a symlink to one, that walk() meets.
enum class Descend { yes, no };

/// Calls `visit` for each entry, with its path relative to `folder` (bytes as on disk) and its lstat; a folder comes
/// before what it holds. Descends where `visit` says yes, through a symlink too.
/// A missing `folder` has no entries. Entries that vanish meanwhile are skipped. Whatever else cannot be read, or lies
/// more than most_levels_of_place deep (fs/levels.h), is an Error that names it.
Result<void> walk(const std::filesystem::path& folder,
                  const std::function<Descend(const std::string& relative, const Status&)>& visit);

/// The same below a Root. Never descends through a symlink, whatever `visit` says.
Result<void> walk_below(const Name& folder,
                        const std::function<Descend(const std::string& relative, const Status&)>& visit);

}  // namespace hubcache::fs
