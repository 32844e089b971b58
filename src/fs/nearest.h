// Where a folder will be made that does not exist yet.
#pragma once

#include <filesystem>

#include <hubcache/result.h>

namespace hubcache::fs {

/// `folder` itself where something is there, else the first of its parents that exists ("." for a relative path).
Result<std::filesystem::path> nearest_existing(const std::filesystem::path& folder);

}  // namespace hubcache::fs
