// Finds mount points in a place: hubcache cannot rename files between its own folder and folders below a mount point.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "adoption/plan.h"

namespace hubcache::adoption {

/// Finds the mount point above a location. Examines each folder of the place once.
class MountPoints {
 public:
  explicit MountPoints(const Custody& custody) : custody_(custody) {}

  /// Returns the first mount point among the place, the folders above the location, and the location itself; relative
  /// to the place, "" for the place. Returns nullopt if files can be renamed to and from the location.
  Result<std::optional<std::string>> above(std::string_view location);

 private:
  struct Folder {
    std::optional<std::string> mount_point;  ///< the folder itself, or the first above it
    bool is_missing = false;
  };

  Result<Folder> look_at(const std::string& folder);
  Result<bool> is_on_another_mount(const fs::Status& status);

  const Custody& custody_;
  std::optional<fs::Status> own_;  ///< status of hubcache's own folder
  std::map<std::string, Folder, std::less<>> folders_;
};

/// Numbers of files that cannot be moved, by mount point (relative to the place).
using BelowMounts = std::map<std::string, std::uint64_t>;

/// Returns ErrorCode::conflict if the place itself is on another mount than hubcache's own folder.
Result<void> check_place_is_no_mount_point(const Custody& custody);

/// Returns ErrorCode::conflict if the plan changes a file below a mount point. `index_name`: the name of the target's
/// index.
Result<void> check_nothing_is_below_mounts(const Plan& plan, const hub::View& view, std::string_view index_name,
                                           const Custody& custody);

/// Returns ErrorCode::conflict if one of these files of the place is below a mount point.
Result<void> check_none_is_below_mounts(const std::vector<std::string>& locations, const Custody& custody);

/// Counts the adopted files below each mount point.
Result<BelowMounts> adopted_below_mounts(const record::Record& record, const Custody& custody);
bool is_below(const BelowMounts& mounts, std::string_view location);
/// Returns a message for users about each mount point.
std::vector<std::string> describe(const BelowMounts& mounts, const std::filesystem::path& place);

}  // namespace hubcache::adoption
