#include "adoption/mount_points.h"

#include <algorithm>

#include "adoption/moves.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/nearest.h"

namespace hubcache::adoption {
namespace {

using std::filesystem::path;

Error place_is_mount_point(const Custody& custody) {
  return {ErrorCode::conflict,
          say("the cache folder {} is a mount point, and hubcache's own folder {} is on another file system: hubcache "
              "changed nothing",
              in_quotes(custody.place().folder().native()), in_quotes(custody.folder().native())),
          say("unmount the cache folder, or mount its parent folder instead, then run the command again")};
}

Error are_below(const BelowMounts& found, const Custody& custody) {
  std::uint64_t files = 0;
  std::string names;
  for (const auto& [mount_point, count] : found) {
    files += count;
    names += (names.empty() ? "" : ", ") + in_quotes(custody.at(mount_point).path().native());
  }
  return {ErrorCode::conflict,
          say("cannot change {} below a mount point ({}): hubcache changed nothing", counted(files, "file"), names),
          say("unmount it, or exclude the files with --exclude, then run the command again")};
}

Result<std::vector<std::string>> changed_locations(const Plan& plan, const hub::View& view, std::string_view index_name,
                                                   const Custody& custody) {
  std::vector<std::string> locations;
  for (const auto& indexes : {plan.to_place, plan.to_restore}) {
    for (const auto index : indexes) {
      const std::string& location = plan.next.entries[index].location().str();
      locations.push_back(location);
      if (const auto target = TRY(target_in_place(view, location, custody))) locations.push_back(*target);
    }
  }
  for (const record::Entry& entry : plan.next.entries) {
    if (entry.retiring) locations.push_back(entry.location().str());
  }
  if (plan.writes_index) locations.emplace_back(index_name);
  for (const hub::MetadataFile& file : plan.metadata) locations.push_back(file.name);
  for (const auto& names : {plan.old_metadata, plan.in_the_way})
    locations.insert(locations.end(), names.begin(), names.end());
  return locations;
}

}  // namespace

Result<bool> MountPoints::is_on_another_mount(const fs::Status& status) {
  if (!own_) own_ = TRY(fs::nearest_existing(custody_.folder())).status;
  if (status.kind == fs::Kind::missing) return false;
  const bool knows_mounts = status.mount != 0 && own_->mount != 0;
  // An overlay may show different device numbers for files of different layers, but not for folders.
  const bool is_other_device = status.device != own_->device && (status.kind == fs::Kind::folder || !knows_mounts);
  return is_other_device || (knows_mounts && status.mount != own_->mount);
}

Result<MountPoints::Folder> MountPoints::look_at(const std::string& folder) {
  if (const auto known = folders_.find(folder); known != folders_.end()) return known->second;
  Folder found;
  if (!folder.empty()) found = TRY(look_at(path(folder).parent_path().native()));
  if (!found.mount_point && !found.is_missing) {
    const fs::Status status = TRY(fs::status_of(custody_.at(folder)));
    found.is_missing = status.kind == fs::Kind::missing;
    if (TRY(is_on_another_mount(status))) found.mount_point = folder;
  }
  folders_.emplace(folder, found);
  return found;
}

Result<std::optional<std::string>> MountPoints::above(std::string_view location) {
  Folder found = TRY(look_at(path(location).parent_path().native()));
  if (found.mount_point || found.is_missing) return std::move(found.mount_point);
  const bool is_mount_point = TRY(is_on_another_mount(TRY(fs::status_of(custody_.at(location)))));
  return is_mount_point ? std::optional(std::string(location)) : std::nullopt;
}

Result<void> check_place_is_no_mount_point(const Custody& custody) {
  MountPoints mounts(custody);
  if (TRY(mounts.above(""))) return place_is_mount_point(custody);
  return {};
}

Result<void> check_none_is_below_mounts(const std::vector<std::string>& locations, const Custody& custody) {
  MountPoints mounts(custody);
  BelowMounts found;
  for (const std::string& location : locations) {
    if (const auto mount_point = TRY(mounts.above(location))) ++found[*mount_point];
  }
  if (found.empty()) return {};
  if (found.contains("")) return place_is_mount_point(custody);
  return are_below(found, custody);
}

Result<void> check_nothing_is_below_mounts(const Plan& plan, const hub::View& view, std::string_view index_name,
                                           const Custody& custody) {
  return check_none_is_below_mounts(TRY(changed_locations(plan, view, index_name, custody)), custody);
}

Result<BelowMounts> adopted_below_mounts(const record::Record& record, const Custody& custody) {
  MountPoints mounts(custody);
  BelowMounts found;
  for (const record::Entry& entry : record.entries) {
    if (const auto mount_point = TRY(mounts.above(entry.location().str()))) ++found[*mount_point];
  }
  return found;
}

bool is_below(const BelowMounts& mounts, std::string_view location) {
  return std::ranges::any_of(mounts, [&](const auto& mount) {
    const std::string& mount_point = mount.first;
    return mount_point.empty() || location == mount_point || location.starts_with(mount_point + "/");
  });
}

std::vector<std::string> describe(const BelowMounts& mounts, const path& place) {
  std::vector<std::string> sentences;
  for (const auto& [mount_point, files] : mounts) {
    const path folder = mount_point.empty() ? place : place / mount_point;
    sentences.push_back(
        say("{} cannot be seen below the mount point {}: clients read the mounted files instead, and hubcache changes "
            "nothing below a mount point; unmount it, or mount a folder above the cache folder",
            counted(files, "adopted file"), in_quotes(folder.native())));
  }
  return sentences;
}

}  // namespace hubcache::adoption
