// One line of a hub's listing, read and not yet sifted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <hubcache/repo.h>

namespace hubcache::hub {

/// The names are the server's, unchecked.
struct Entry {
  enum class Kind { file, symlink, folder, submodule, unknown };
  std::string path;
  Kind kind = Kind::unknown;
  std::optional<ObjectId> sha;                 ///< absent where the answer has none that is one
  std::uint64_t size = 0;                      ///< bytes of the git blob; 0 where the answer has none
  std::optional<std::uint64_t> lfs_size = {};  ///< bytes of an LFS file's content, where the hub says so
  std::optional<ObjectId> lfs_sha256 = {};     ///< its SHA-256, the same way
};

}  // namespace hubcache::hub
