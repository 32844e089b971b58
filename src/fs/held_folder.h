// A folder that stays the same one while it is held, whatever becomes of its name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <hubcache/result.h>

#include "fs/descriptor.h"
#include "fs/file.h"

namespace hubcache::fs {

/// What tells a folder from another one that is made or mounted at its path later: a file system gives inode numbers
/// again. Equal ids are of the same folder only if they are known.
struct FolderId {
  std::uint64_t inode = 0;
  std::int64_t born = 0;  ///< nanoseconds since 1970; 0 where the file system does not tell

  bool is_known() const { return inode != 0 && born != 0; }
  bool operator==(const FolderId&) const = default;
};

class HeldFolder {
 public:
  /// Follows symlinks. If there is no folder, the id is unknown and all names are missing.
  explicit HeldFolder(const std::filesystem::path& folder);

  const FolderId& id() const { return id_; }
  /// As status_of() of a name below a Root: no symlink is followed.
  Status status_of(const std::string& relative) const;
  /// The bytes of a regular file, which is reached as by status_of(); an Error above `limit` bytes.
  Result<std::string> read_file(const std::string& relative, std::uint64_t limit) const;

 private:
  Descriptor folder_;
  FolderId id_;
};

}  // namespace hubcache::fs
