// Names of folders as users and variables give them.
#pragma once

#include <filesystem>

namespace hubcache {

/// The same name without "." parts, beneath `working_folder` unless it is absolute. A leading ".." goes up from there, as
/// a process's working folder has no symlinks in it; any other stays, since behind a symlink it leads elsewhere.
std::filesystem::path absolute_path(const std::filesystem::path& working_folder, const std::filesystem::path& name);

}  // namespace hubcache
