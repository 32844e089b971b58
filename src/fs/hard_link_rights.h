// Tells whether the system lets this process make a hard link to a file (fs.protected_hardlinks, proc(5)).
#pragma once

#include <cstdint>
#include <filesystem>

namespace hubcache::fs {

class HardLinkRights {
 public:
  HardLinkRights();
  /// Returns false if the system refuses a hard link to this file because of its owner. `file` may be a symlink to it.
  bool may_link(const std::filesystem::path& file, std::uint32_t owner) const;

 private:
  std::uint32_t user_;
  bool is_restricted_;  ///< only the owner, and users who may read and write the file, can link to it
};

}  // namespace hubcache::fs
