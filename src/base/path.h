// Resolves folder names from users and environment variables.
#pragma once

#include <filesystem>
#include <string_view>

#include <hubcache/environment.h>

namespace hubcache {

/// Returns the name without "." parts, below `working_folder` if it is relative. Resolves leading ".." parts of a
/// relative name, because the path of a process's working folder contains no symlinks. Keeps other ".." parts, because
/// after a symlink they lead to another folder.
std::filesystem::path absolute_path(const std::filesystem::path& working_folder, const std::filesystem::path& name);

/// Returns a folder that belongs to hubcache: the value of the variable `own`; else "hubcache" in the folder that the
/// variable `xdg` names, if that is an absolute path; else "hubcache" in `fallback`, which is relative to the home
/// folder.
std::filesystem::path own_folder(const Environment& environment, std::string_view own, std::string_view xdg,
                                 const std::filesystem::path& fallback);

}  // namespace hubcache
