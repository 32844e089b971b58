// Finds out on which file systems files can share blocks.
#pragma once

#include <cstdint>
#include <map>

#include "duplicates/files.h"

namespace hubcache::duplicates {

class BlockSharing {
 public:
  explicit BlockSharing(const Files& files) : files_(files) {}

  /// Whether these files, which are on one file system, can share blocks. Tries it in a folder of one of them where
  /// this user may make files, and leaves no trace. Remembers the answer for the file system.
  bool can_share(const Group& numbers);

 private:
  struct Answer {
    bool can_share = false;
    int tried = 0;
  };
  const Files& files_;
  std::map<std::uint64_t, Answer> answers_;  ///< by device
};

}  // namespace hubcache::duplicates
