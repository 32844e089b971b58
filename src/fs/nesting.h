// Whether two folders are the same, or one lies inside the other, under whatever names.
#pragma once

#include <filesystem>

#include <hubcache/result.h>

namespace hubcache::fs {

enum class Nesting {
  apart,
  same,
  inside,  ///< the first folder lies inside the second
  around,  ///< the first folder holds the second
};

/// Compares by device and inode, along the parents of both: one folder may have several names (symlinks, bind mounts, a
/// file system mounted twice). A folder that does not exist is compared by its name below its nearest existing parent.
Result<Nesting> nesting(const std::filesystem::path& first, const std::filesystem::path& second);

}  // namespace hubcache::fs
