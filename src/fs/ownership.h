// The owner of an open file or folder, and whether other users may change it.
#pragma once

#include <string>

#include <sys/stat.h>

namespace hubcache::fs {

class Ownership {
 public:
  /// Reads the owner from `descriptor` and its fstat. Write permission of the group does not count if it is the user's
  /// private group: a group of the user's name without other members, for which umask is 002 (login.defs,
  /// USERGROUPS_ENAB).
  Ownership(int descriptor, const struct stat& status);

  /// Returns true if this user or root owns it and nobody else may write to it.
  bool is_trusted() const { return is_own_ && !others_write_; }
  bool is_own() const { return is_own_; }  ///< owned by this user or root
  std::string owner() const;               ///< the user's name, or "uid 1001"
  /// Returns "it belongs to alice" or "other users may write to it"; "" if it is trusted.
  std::string objection() const;

 private:
  uid_t owner_;
  bool is_own_, others_write_;
};

}  // namespace hubcache::fs
