// Names in a place, and the names to which its symlinks lead, without following them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hubcache::caches {

/// Whether a name is the folder's, or below it; false for the folder "". Pure.
bool is_at_or_below(std::string_view name, std::string_view folder);
/// Returns the rest of the name below the folder; "" if the name is not below it. Pure.
std::string name_below(std::string_view folder, std::string_view name);
/// Whether a folder on the way to the name, or the name itself, is called `part`. Pure.
bool has_part(std::string_view name, std::string_view part);

/// Returns the name to which a symlink leads, relative to `root`. nullopt if it leads out of `root`, or to `root`
/// itself. `link`: the symlink's own name, relative to `root`. Symlinked folders on the way are not resolved. Pure.
std::optional<std::string> link_target(std::string_view root, std::string_view link, std::string_view target);

}  // namespace hubcache::caches
