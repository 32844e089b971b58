// Tells whether two folders are the same, or one contains the other, whatever their names.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include <hubcache/result.h>

namespace hubcache::fs {

using std::filesystem::path;

enum class Nesting {
  apart,
  same,
  inside,  ///< the first folder lies inside the second
  around,  ///< the first folder contains the second
};

/// A folder and the folders above it, as they are now.
class Ancestry {
 public:
  static Result<Ancestry> of(const path& folder);
  /// Returns true if `other` is the folder or one of those above it.
  Result<bool> has(const path& other) const;
  friend Nesting nesting(const Ancestry& first, const Ancestry& second);

 private:
  /// Identifies a folder, existing or not.
  struct Identity {
    std::uint64_t device = 0, inode = 0;  ///< of the folder, or of its nearest existing parent
    path missing;                         ///< the rest of the path below that parent
    friend bool operator==(const Identity&, const Identity&) = default;
  };
  explicit Ancestry(std::vector<Identity> identities) : identities_(std::move(identities)) {}
  static Result<Identity> identity_of(const path& folder);

  std::vector<Identity> identities_;  ///< the folder first
};

/// Compares by device and inode, along the parents of both: one folder may have several names (symlinks, bind mounts, a
/// file system mounted twice). A folder that does not exist is compared by its name below its nearest existing parent.
Nesting nesting(const Ancestry& first, const Ancestry& second);
Result<Nesting> nesting(const path& first, const path& second);

}  // namespace hubcache::fs
