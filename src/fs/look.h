// Type and status of a name in a folder, for a scan.
#pragma once

#include <cstdint>
#include <vector>

#include "fs/listing.h"
#include "repo/local_tree.h"

namespace hubcache::fs {

struct Look {
  enum class Kind { gone, file, folder, unusable };
  Kind kind = Kind::gone;
  bool is_symlink = false;
  int number = 0;             ///< unusable: the errno value, if there is one
  const char* why = nullptr;  ///< unusable: the reason in words for the user
  std::uint64_t device = 0;   ///< like `stamp`, for files only; for a symlink, of its target
  FileStamp stamp;
  bool is_dangling = false;  ///< unusable: a broken symlink
  std::uint32_t owner = 0;   ///< user id of the file that `stamp` belongs to
};

/// Reads the status of one name. `type` as in Listing::Entry saves a system call for folders.
Look look_at(int folder, const char* name, unsigned char type);
/// Reads the status of each name, in the listing's order; uses all cores for a large folder.
std::vector<Look> look_at_all(int folder, const Listing& listing);

}  // namespace hubcache::fs
