// Single looks at files that are reached through no symlink; for more than one look use a Root.
#pragma once

#include <filesystem>
#include <string_view>

#include <hubcache/result.h>

#include "fs/file.h"
#include "fs/source.h"

namespace hubcache::fs {

/// open_source() of root/relative, but a symlink at `root` or below it, the file's own name included, is an Error.
Result<Source> open_beneath(const std::filesystem::path& root, std::string_view relative);

/// status_of() root/relative, but a symlink at `root` or on the way below it hides what is behind it: Kind::missing.
Result<Status> status_beneath(const std::filesystem::path& root, std::string_view relative);

}  // namespace hubcache::fs
