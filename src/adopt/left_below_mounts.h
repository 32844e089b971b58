// What a release cannot reach, and leaves where it is.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/adopt.h>
#include <hubcache/result.h>

#include "adopt/mount_points.h"

namespace hubcache::adoption {

class LeftBelowMounts {
 public:
  explicit LeftBelowMounts(const Custody& custody) : custody_(custody), mounts_(custody) {}

  /// Notes the location if it is below a mount point.
  Result<void> note(const std::string& location);

  bool empty() const { return locations_.empty(); }
  bool contains(std::string_view location) const { return locations_.contains(location); }
  /// How many of the locations are noted.
  std::size_t count(const std::vector<std::string>& locations) const;
  std::vector<LeftFiles> report() const;

  /// Takes out of the record what is released by now.
  void keep_rest(record::Record& record, std::string_view index_name) const;

 private:
  const Custody& custody_;
  MountPoints mounts_;
  std::set<std::string, std::less<>> locations_;
  std::map<std::string, std::uint64_t> by_mount_point_;
};

}  // namespace hubcache::adoption
