// What a name in a folder is, for a scan.
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
  const char* why = nullptr;  ///< unusable: in words for the user
  std::uint64_t device = 0;   ///< with `stamp`: file: where the name is a symlink, of what it leads to
  FileStamp stamp;
  bool is_dangling = false;  ///< unusable: a symlink to nothing
  std::uint32_t owner = 0;   ///< user id, of the same file as `stamp`
};

/// `type` as in Listing::Entry saves a system call for a folder.
Look look_at(int folder, const char* name, unsigned char type);
/// At each of them, in their order: in a large folder by all cores.
std::vector<Look> look_at_all(int folder, const Listing& listing);

}  // namespace hubcache::fs
