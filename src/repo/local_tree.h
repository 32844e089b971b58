// The files in a folder on this machine.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/repo.h>

#include "base/text.h"
#include "repo/remote_tree.h"

namespace hubcache {

/// Distinguishes the states of a file. Times are nanoseconds since 1970.
struct FileStamp {
  std::uint64_t inode = 0;
  std::uint64_t size = 0;  ///< bytes
  std::int64_t mtime = 0;
  std::int64_t ctime = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

struct LocalFile {
  RelPath path;
  FileStamp stamp;           ///< state of the file; for a symlink, of its target
  std::string outside = {};  ///< its real path, if a symlink leads out of the folder; "" otherwise
  std::uint64_t device = 0;  ///< file system of the file (for a symlink, of its target), as in stat
  std::uint32_t owner = 0;   ///< user id of the file's owner (for a symlink, of its target's)
};

struct LocalTree {
  std::vector<LocalFile> files;   ///< regular files, sorted by path
  std::vector<LeftOut> left_out;  ///< names that are not in `files`, and why; sorted by name

  /// Returns the file at the path; nullptr if there is none.
  const LocalFile* find(std::string_view path) const {
    const auto text = [](const LocalFile& file) { return std::string_view(file.path.str()); };
    const auto found = std::ranges::lower_bound(files, path, {}, text);
    return found != files.end() && text(*found) == path ? &*found : nullptr;
  }

  /// Returns the left-out name that is the path or a folder above it: the file may exist although `files` lacks it.
  /// nullptr if there is none.
  const LeftOut* find_left_out(std::string_view path) const {
    if (left_out.empty()) return nullptr;
    const std::string name = printable(path);
    for (auto end = name.find('/');; end = name.find('/', end + 1)) {
      const auto found = std::ranges::lower_bound(left_out, std::string_view(name).substr(0, end), {}, &LeftOut::name);
      if (found != left_out.end() && found->name == name.substr(0, end)) return &*found;
      if (end == name.npos) return nullptr;
    }
  }
};

}  // namespace hubcache
