// One entry of a hub's listing, before sift().
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <hubcache/repo.h>

namespace hubcache::hub {

/// The path comes from the server and is not checked.
struct Entry {
  enum class Kind { file, symlink, folder, submodule, unknown };
  std::string path;
  Kind kind = Kind::unknown;
  std::optional<ObjectId> sha;                 ///< nullopt if the answer has no valid id
  std::uint64_t size = 0;                      ///< bytes of the git blob; 0 if the answer has no size
  std::optional<std::uint64_t> lfs_size = {};  ///< bytes of an LFS file's content, if the hub sends it
  std::optional<ObjectId> lfs_sha256 = {};     ///< SHA-256 of an LFS file's content, if the hub sends it
};

}  // namespace hubcache::hub
