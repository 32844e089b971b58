// Which user an open file or folder belongs to, and whether others may change it.
#pragma once

#include <string>

#include <sys/stat.h>

namespace hubcache::fs {

class Ownership {
 public:
  /// `descriptor` and its fstat. The group may write without being counted where it is the user's private group: the
  /// one of the user's name without other members, for which umask is 002 (login.defs, USERGROUPS_ENAB).
  Ownership(int descriptor, const struct stat& status);

  /// This user or root owns it, and nobody else may write to it.
  bool is_trusted() const { return is_own_ && !others_write_; }
  bool is_own() const { return is_own_; }  ///< this user's, or root's
  std::string owner() const;               ///< the user's name, or "uid 1001"
  /// "it belongs to alice", "others may write to it"; "" where it is trusted.
  std::string objection() const;

 private:
  uid_t owner_;
  bool is_own_, others_write_;
};

}  // namespace hubcache::fs
