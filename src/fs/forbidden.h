// Folders that a scan may not enter, by whichever way.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace hubcache::fs {

/// What tells one folder from another.
struct FolderId {
  dev_t device = 0;
  ino_t inode = 0;
  friend bool operator==(const FolderId&, const FolderId&) = default;
};

class ForbiddenFolders {
 public:
  explicit ForbiddenFolders(const std::vector<std::filesystem::path>& folders);

  /// The forbidden folder that the symlink `name` leads into, or to.
  std::optional<std::string> entered_by(const std::string& name) const;
  /// The forbidden folder that this one is.
  std::optional<std::string> same_as(const FolderId& id) const;

 private:
  struct Folder {
    std::string path;
    std::optional<FolderId> id;  ///< none: it does not exist
  };
  std::vector<Folder> folders_;
};

}  // namespace hubcache::fs
