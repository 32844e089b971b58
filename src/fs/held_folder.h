// An open folder that stays the same folder even if its name is moved or replaced.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <hubcache/result.h>

#include "fs/descriptor.h"
#include "fs/file.h"

namespace hubcache::fs {

/// Distinguishes a folder from another one that is made or mounted at its path later: inode numbers alone are reused by
/// file systems. Equal ids mean the same folder only if they are known.
struct FolderId {
  std::uint64_t inode = 0;
  std::int64_t born = 0;  ///< nanoseconds since 1970; 0 if the file system does not report it

  bool is_known() const { return inode != 0 && born != 0; }
  bool operator==(const FolderId&) const = default;
};

class HeldFolder {
 public:
  /// Follows symlinks. If the folder does not exist, the id is unknown and all names are missing.
  explicit HeldFolder(const std::filesystem::path& folder);

  const FolderId& id() const { return id_; }
  /// Works like status_of() of a name below a Root: follows no symlink.
  Status status_of(const std::string& relative) const;
  /// Returns the bytes of a regular file and follows no symlink; an Error above `limit` bytes.
  Result<std::string> read_file(const std::string& relative, std::uint64_t limit) const;

 private:
  Descriptor folder_;
  FolderId id_;
};

}  // namespace hubcache::fs
