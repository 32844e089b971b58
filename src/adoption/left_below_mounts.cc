#include "adoption/left_below_mounts.h"

#include <algorithm>

#include "base/try.h"

namespace hubcache::adoption {

Result<void> LeftBelowMounts::note(const std::string& location) {
  if (locations_.contains(location)) return {};
  const auto mount_point = TRY(mounts_.above(location));
  if (!mount_point) return {};
  locations_.insert(location);
  ++by_mount_point_[*mount_point];
  return {};
}

std::size_t LeftBelowMounts::count(const std::vector<std::string>& locations) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(locations, [&](const std::string& location) { return contains(location); }));
}

std::vector<LeftFiles> LeftBelowMounts::report() const {
  std::vector<LeftFiles> left;
  for (const auto& [mount_point, files] : by_mount_point_) left.push_back({custody_.at(mount_point).path(), files});
  return left;
}

void LeftBelowMounts::keep_rest(record::Record& record, std::string_view index_name) const {
  const auto is_released = [&](const auto& metadata) { return !contains(metadata.first); };
  std::erase_if(record.entries, [&](const record::Entry& entry) { return !contains(entry.location().str()); });
  std::erase_if(record.metadata_wrote, is_released);
  std::erase_if(record.metadata_had, is_released);
  if (!contains(index_name)) record.index_wrote.clear();
  record.added.clear();
  record.made_name_link = false;
  record.working_links.clear();
  record.unreleased.clear();
  for (const auto& [mount_point, files] : by_mount_point_) record.unreleased.push_back(mount_point);
}

}  // namespace hubcache::adoption
