// Finds the folder in which a missing folder will be created.
#pragma once

#include <filesystem>

#include <hubcache/result.h>

#include "fs/file.h"

namespace hubcache::fs {

struct Existing {
  std::filesystem::path folder;
  Status status;
};

/// Returns `folder` itself if it exists, else its first parent that exists ("." for a relative path).
Result<Existing> nearest_existing(const std::filesystem::path& folder);

}  // namespace hubcache::fs
