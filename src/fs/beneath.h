// Files that are reached through no symlink.
#pragma once

#include <filesystem>
#include <string_view>

#include <hubcache/result.h>

#include "fs/source.h"

namespace hubcache::fs {

/// open_source() of root/relative, but a symlink below `root`, the file's own name included, is an Error.
Result<Source> open_beneath(const std::filesystem::path& root, std::string_view relative);

}  // namespace hubcache::fs
