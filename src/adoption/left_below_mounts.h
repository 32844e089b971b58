// Collects the files that a release cannot move because they are below a mount point.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/adopt.h>
#include <hubcache/result.h>

#include "adoption/mount_points.h"

namespace hubcache::adoption {

class LeftBelowMounts {
 public:
  explicit LeftBelowMounts(const Custody& custody) : custody_(custody), mounts_(custody) {}

  /// Adds the location if it is below a mount point.
  Result<void> note(const std::string& location);

  bool empty() const { return locations_.empty(); }
  bool contains(std::string_view location) const { return locations_.contains(location); }
  /// Returns true if the name is a mount point that has locations here, or is below one.
  bool is_at_or_below_mount(std::string_view name) const { return is_below(by_mount_point_, name); }
  /// Returns how many of the locations are in this collection.
  std::size_t count(const std::vector<std::string>& locations) const;
  std::vector<LeftFiles> report() const;

  /// Removes everything from the record that is released, and lists the mount points in Record::unreleased.
  void keep_rest(record::Record& record, std::string_view index_name) const;

 private:
  const Custody& custody_;
  MountPoints mounts_;
  std::set<std::string, std::less<>> locations_;
  BelowMounts by_mount_point_;
};

}  // namespace hubcache::adoption
