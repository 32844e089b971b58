// Folders that a scan may not enter, by whichever way.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
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

  /// The forbidden folder that the symlink `name` leads into, or to; under whatever name it is reached.
  std::optional<std::string> entered_by(const std::string& name);
  /// The forbidden folder that this one is.
  std::optional<std::string> same_as(const FolderId& id) const;

 private:
  struct Hash {
    std::size_t operator()(const FolderId& id) const { return id.inode * 31 + id.device; }
  };

  /// The forbidden folder that holds `folder`, or is it.
  const std::optional<std::string>& above(const std::string& folder);
  std::optional<std::string> same_as(const std::string& folder) const;

  std::unordered_map<FolderId, std::string, Hash> by_id_;                      ///< those that exist
  std::unordered_map<std::string, std::optional<std::string>> above_by_name_;  ///< answers so far
};

}  // namespace hubcache::fs
