// Single operations on files that are reached through no symlink; for several operations use a Root.
#pragma once

#include <filesystem>
#include <string_view>

#include <hubcache/result.h>

#include "fs/file.h"
#include "fs/source.h"

namespace hubcache::fs {

/// Opens root/relative like open_source(). A symlink at `root` or below it, including the file itself, is an Error.
Result<Source> open_beneath(const std::filesystem::path& root, std::string_view relative);

/// Returns the status of root/relative like status_of(). Files behind a symlink, at `root` or on the way below it, are
/// Kind::missing.
Result<Status> status_beneath(const std::filesystem::path& root, std::string_view relative);

}  // namespace hubcache::fs
