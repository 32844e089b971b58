// Names of folders as users and variables give them.
#pragma once

#include <filesystem>
#include <string_view>

#include <hubcache/environment.h>

namespace hubcache {

/// The same name without "." parts, beneath `working_folder` unless it is absolute. A leading ".." goes up from there,
/// as a process's working folder has no symlinks in it; any other stays, since behind a symlink it leads elsewhere.
std::filesystem::path absolute_path(const std::filesystem::path& working_folder, const std::filesystem::path& name);

/// A folder of hubcache's own: what the variable `own` names, else "hubcache" in the one of the XDG variable (which
/// counts only where it is absolute), else in `fallback`, which is relative to the home folder.
std::filesystem::path own_folder(const Environment& environment, std::string_view own, std::string_view xdg,
                                 const std::filesystem::path& fallback);

}  // namespace hubcache
