// Folders that a scan may not enter by any path.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <sys/stat.h>

namespace hubcache::fs {

/// Identifies a folder while it exists.
struct DeviceInode {
  dev_t device = 0;
  ino_t inode = 0;
  friend bool operator==(const DeviceInode&, const DeviceInode&) = default;
};

class ForbiddenFolders {
 public:
  explicit ForbiddenFolders(const std::vector<std::filesystem::path>& folders);

  /// Returns the forbidden folder that the symlink `name` leads to or into, whatever name it is reached by.
  std::optional<std::string> entered_by(const std::string& name);
  /// Returns the forbidden folder with this id.
  std::optional<std::string> same_as(const DeviceInode& id) const;

 private:
  struct Hash {
    std::size_t operator()(const DeviceInode& id) const { return id.inode * 31 + id.device; }
  };

  /// Returns the forbidden folder that contains `folder` or is `folder`.
  const std::optional<std::string>& above(const std::string& folder);
  std::optional<std::string> same_as(const std::string& folder) const;

  std::unordered_map<DeviceInode, std::string, Hash> by_id_;                   ///< the forbidden folders that exist
  std::unordered_map<std::string, std::optional<std::string>> above_by_name_;  ///< answers so far
};

}  // namespace hubcache::fs
