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

/// The folder in a record folder with what `rm` and `prune` are about to delete.
constexpr std::string_view removed_folder = "removed";

/// Returns beside/._hubcache/name; if that is on another file system than `root`, the nearest such folder on the file
/// system of `root`: in the parent of `root`, else in `root` itself. If a volume was mounted at `root` after
/// the adoption, returns the existing record folder in `beside`.
Result<std::filesystem::path> record_folder(const std::filesystem::path& root, const std::filesystem::path& beside,
                                            const std::filesystem::path& name);

/// Returns the folder for the records of a client's whole cache: a folder beside `cache`, where neither clients nor
/// their tools look. Returns `inside` if `inside` exists, or if the folder beside would be on another file system or
/// cannot be made.
std::filesystem::path record_beside(const std::filesystem::path& cache, const std::filesystem::path& inside);

/// Returns the names and kinds of the folders and symlinks in a folder, sorted. If reading the folder fails, the Error
/// goes to `places`.
std::map<std::string, fs::Kind> folder_names(const std::filesystem::path& folder, Places& places);

/// Returns the names of the places for which this folder has a record, a kept/ or a removed/ folder, or may have one
/// because the status cannot be read; sorted.
std::vector<std::string> recorded_names(const std::filesystem::path& records, Places& places);

}  // namespace hubcache::hub
