// Resolves symlinks.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace hubcache::fs {

/// Returns the absolute path without symlinks; nullopt if `name` cannot be resolved.
std::optional<std::string> real_name(const std::filesystem::path& name);

/// Returns true if one real name lies below another.
bool lies_below(const std::string& folder, const std::string& name);

}  // namespace hubcache::fs
