// Mount points in a place: hubcache cannot rename files between its own folder and what is below them.
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

/// Looks at each folder of the place once.
class MountPoints {
 public:
  explicit MountPoints(const Custody& custody) : custody_(custody) {}

  /// The first mount point among the place, the folders on the way to the location, and the location itself; relative
  /// to the place, "" for the place. nullopt: files can be renamed to the location and from it.
  Result<std::optional<std::string>> above(std::string_view location);

 private:
  Result<std::optional<std::string>> above_folder(const std::string& folder);
  Result<bool> is_on_another_mount(const fs::Status& status);

  const Custody& custody_;
  std::optional<fs::Status> own_;  ///< of hubcache's own folder
  std::map<std::string, std::optional<std::string>, std::less<>> folders_;
};

/// Files of the place that could not be moved, by mount point (relative to the place).
using BelowMounts = std::map<std::string, std::uint64_t>;

/// ErrorCode::conflict if the place itself is on another mount than hubcache's own folder.
Result<void> check_place_is_no_mount_point(const Custody& custody);

/// ErrorCode::conflict if the plan changes a file below a mount point. `index_name`: of the target.
Result<void> check_nothing_is_below_mounts(const Plan& plan, const hub::View& view, std::string_view index_name,
                                           const Custody& custody);

/// ErrorCode::conflict if one of these files of the place is below a mount point.
Result<void> check_none_is_below_mounts(const std::vector<std::string>& locations, const Custody& custody);

/// How many adopted files are below each mount point.
Result<BelowMounts> adopted_below_mounts(const record::Record& record, const Custody& custody);
bool is_below(const BelowMounts& mounts, std::string_view location);
/// Sentences for people.
std::vector<std::string> describe(const BelowMounts& mounts, const std::filesystem::path& place);

}  // namespace hubcache::adoption
