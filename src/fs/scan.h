// The files of a folder: gather a LocalTree.
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
  std::vector<Glob> include;  ///< none: everything
  std::vector<Glob> exclude;
  /// Names that are left out in silence: a file or folder of this name at any depth …
  std::vector<std::string> skip_anywhere;
  /// … or only at the top of the folder.
  std::vector<std::string> skip_at_top;
  /// Folders that no file may come from: a symlink into one of them is ErrorCode::conflict, and so is a folder on the
  /// way down, or the scanned folder itself, that is one of them. Compared by device and inode.
  std::vector<std::filesystem::path> forbidden;
};

/// All regular files beneath `folder`, symlinks to files and folders followed (a loop, a dangling link, a socket, a
/// name that is not UTF-8, an unreadable folder, one that lies too deep (fs/levels.h) are left out and named; never
/// followed out of bounds: a folder is entered once on each way down). At most 1,000,000 files, else an Error.
/// ErrorCode::failed where `folder` is missing, no folder or cannot be read.
Result<LocalTree> scan_tree(const std::filesystem::path& folder, const ScanRules& rules);

/// Gets a file's path, bytes as on disk, its device and its stamp: where the name is a symlink, of what it leads to.
using TakeFile = std::function<void(const std::string& path, std::uint64_t device, const FileStamp& stamp)>;

/// The same for files that are not to be adopted: all of them, in order, names in any encoding too. What was left out.
Result<std::vector<LeftOut>> scan_names(const std::filesystem::path& folder, const TakeFile& take);

}  // namespace hubcache::fs
