// The record folder: hubcache keeps in it what it needs to undo an adoption. The client does not look there, and the
// folder is on the place's file system, because hubcache moves displaced files by renames.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/result.h>

#include "fs/file.h"
#include "hub/target.h"

namespace hubcache::hub {

constexpr std::string_view own_folder = "._hubcache";

/// beside/._hubcache/name; where that is on another file system than `root`, as near to `root` as can be.
Result<std::filesystem::path> record_folder(const std::filesystem::path& root, const std::filesystem::path& beside,
                                            const std::filesystem::path& name);

/// The names of the folders, and of the symlinks, in a folder; sorted. `places` takes the Error where they cannot be
/// read.
std::map<std::string, fs::Kind> folder_names(const std::filesystem::path& folder, Places& places);

/// The names of the places of which this folder holds a record, or what was kept, as far as that can be told; sorted.
std::vector<std::string> recorded_names(const std::filesystem::path& records, Places& places);

}  // namespace hubcache::hub
