// Resolves the symlinks in a path.
#pragma once

#include <filesystem>

namespace hubcache::fs {

/// Resolves symlinks in the part that exists; returns the path as it is if that fails.
std::filesystem::path real_path(const std::filesystem::path& name);

}  // namespace hubcache::fs
