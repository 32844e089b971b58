// The folders and files that adoptions need: no command on caches removes one of them, wherever it is.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace hubcache::caches {

class AdoptedPaths {
 public:
  /// Reads the records of all adoptions that this user may trust, in the caches and in the list of adopted places.
  static Result<AdoptedPaths> find(const Environment& environment);

  /// Returns such a path that is `folder`, that contains it, or that lies in it; "" if there is none. Compares by
  /// device and inode, whatever the names are.
  Result<std::filesystem::path> touched_by(const std::filesystem::path& folder) const;

 private:
  void add(std::filesystem::path name);
  std::vector<std::filesystem::path> paths_;
};

}  // namespace hubcache::caches
