// Finds the folder in which a missing folder will be created.
#pragma once

#include <filesystem>

#include <hubcache/result.h>

namespace hubcache::fs {

/// Returns `folder` itself if it exists, else its first parent that exists ("." for a relative path).
Result<std::filesystem::path> nearest_existing(const std::filesystem::path& folder);

}  // namespace hubcache::fs
