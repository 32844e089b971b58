// Properties of the file system that a folder is on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <hubcache/result.h>

namespace hubcache::fs {

struct FileSystem {
  std::string type;  ///< as in /proc/self/mountinfo: "ext4", "nfs4", "fuse.sshfs"; "" if the mount is not listed there
  bool is_network = false;       ///< its files are on other machines
  std::uint64_t free_bytes = 0;  ///< for this user
};

/// `folder` must exist.
Result<FileSystem> file_system_of(const std::filesystem::path& folder);

/// Returns true if hard links can be made in an existing folder (tries it with temporary files).
bool can_hard_link(const std::filesystem::path& folder);
/// Returns true if two files in an existing folder can share blocks (tries it with temporary files).
bool can_share_blocks(const std::filesystem::path& folder);
/// Returns true if this user can make files in an existing folder (tries it with a temporary file).
bool can_make_files(const std::filesystem::path& folder);

/// Returns true if another user may read the file: by its mode, and because he may enter all folders above it. An
/// access list is not read.
bool may_others_read(const std::filesystem::path& file);

}  // namespace hubcache::fs
