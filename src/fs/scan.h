// Lists the files of a folder as a LocalTree.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "fs/glob.h"
#include "repo/local_tree.h"

namespace hubcache::fs {

struct ScanRules {
  std::vector<Glob> include;  ///< empty: everything
  std::vector<Glob> exclude;
  /// Names that are skipped silently: files and folders of this name at any depth …
  std::vector<std::string> skip_anywhere;
  /// … or only at the top of the folder.
  std::vector<std::string> skip_at_top;
  /// Gets the path of each name that is skipped for one of these two lists. May be null.
  std::function<void(const std::string& path)> take_skipped = {};
  /// Gets the target of each symlink to a folder, as it is written in the symlink; true: skip it silently. May be null.
  std::function<bool(const std::string& target)> skips_link_to = {};
  /// Folders that no file may come from. ErrorCode::conflict if a symlink leads into one of them, or if the scanned
  /// folder or a folder below it is one of them. Folders are compared by device and inode.
  std::vector<std::filesystem::path> forbidden;
};

/// Lists all regular files below `folder`; follows symlinks to files and folders. Reports and leaves out loops, broken
/// symlinks, sockets, pipes and devices, names that are not UTF-8, and folders that are unreadable or too deep
/// (fs/levels.h). Never follows a loop: enters a folder once on each way down. ErrorCode::failed if `folder` is
/// missing, unreadable or not a folder, or if it contains more than 1,000,000 files, 4,000,000 names or 100,000 folders
/// that are reached through symlinks.
Result<LocalTree> scan_tree(const std::filesystem::path& folder, const ScanRules& rules);

/// Receives a file's path (bytes as on disk), device and stamp; for a symlink, those of its target.
using TakeFile = std::function<void(const std::string& path, std::uint64_t device, const FileStamp& stamp)>;

/// Lists files that are not to be adopted: all of them, in order, with names in any encoding. Returns what was left
/// out.
Result<std::vector<LeftOut>> scan_names(const std::filesystem::path& folder, const TakeFile& take);

}  // namespace hubcache::fs
