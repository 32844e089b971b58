// Lists everything below a folder, for examining places: nothing is left out, symlinks are entries.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include <hubcache/result.h>

#include "fs/file.h"

namespace hubcache::fs {

/// Decision about a folder, or a symlink to a folder, that walk() visits.
enum class Descend { yes, no };

/// Calls `visit` for each entry, with its path relative to `folder` (bytes as on disk) and its lstat; a folder comes
/// before its content. Descends if `visit` returns yes, through a symlink too.
/// A missing `folder` has no entries. Entries that vanish meanwhile are skipped. Any other unreadable entry, and any
/// entry more than most_levels_of_place deep (fs/levels.h), is an Error that names it.
Result<void> walk(const std::filesystem::path& folder,
                  const std::function<Descend(const std::string& relative, const Status&)>& visit);

/// Like walk(), below a Root. Never descends through a symlink, whatever `visit` returns.
Result<void> walk_below(const Name& folder,
                        const std::function<Descend(const std::string& relative, const Status&)>& visit);

}  // namespace hubcache::fs
