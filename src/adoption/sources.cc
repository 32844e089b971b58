#include "adoption/sources.h"

#include <algorithm>

#include "fs/file.h"
#include "hub/lfs_pointer.h"

namespace hubcache::adoption {

using std::filesystem::path;

namespace {

/// True if the client may use the folder itself, as one in its working folder: by its index, which names revisions
/// only.
bool may_be_written_by_client(const hub::Place& place, const path& folder) {
  const bool uses_any_folder = place.index && place.index->recorded_as == hub::RecordedAs::asked_revision;
  return uses_any_folder && folder.filename() == place.root.filename() &&
         folder.parent_path().filename() == place.root.parent_path().filename();
}

}  // namespace

Sources::Sources(const hub::Place& place, const std::optional<record::Record>& record, const path& folder)
    : folders_{folder} {
  auto held = std::make_unique<fs::HeldFolder>(folder);
  for (const path& one : record ? std::vector{record->folder, record->folder_before} : std::vector<path>()) {
    if (!one.empty() && std::ranges::find(folders_, one) == folders_.end()) folders_.push_back(one);
  }
  const bool is_adopted = !record || (folders_.size() == 1 && record->folder_before.empty() && held->id().is_known() &&
                                      held->id() == record->folder_id);
  if (is_adopted && !may_be_written_by_client(place, folder)) adopted_ = std::move(held);
}

bool Sources::has(const record::Entry& entry, const fs::Source& placed) {
  const auto has_it = [&](const path& folder) { return has_same_bytes(folder / entry.path.str(), entry, placed); };
  return std::ranges::any_of(folders_, has_it) || has_edit(entry, placed);
}

bool Sources::has_same_bytes(const path& file, const record::Entry& entry, const fs::Source& placed) {
  const auto present = fs::status_of_target(file);
  if (!present || present->kind != fs::Kind::file) return false;
  const bool is_placed = present->stamp.inode == placed.status.st_ino && present->device == placed.status.st_dev;
  if (is_placed || present->stamp.size != static_cast<std::uint64_t>(placed.status.st_size)) return false;
  if (present->stamp == entry.source) return true;
  if (file == compared_ && present->stamp == compared_stamp_) return true;
  const auto other = fs::open_source(file);
  if (!other || !fs::have_same_bytes(*other, placed)) return false;
  compared_ = file;
  compared_stamp_ = present->stamp;
  return true;
}

bool Sources::has_edit(const record::Entry& entry, const fs::Source& placed) const {
  if (!adopted_) return false;
  const fs::Status present = adopted_->status_of(entry.path.str());
  const bool is_placed = present.stamp.inode == placed.status.st_ino && present.device == placed.status.st_dev;
  if (present.kind != fs::Kind::file || is_placed) return false;
  if (placed.status.st_size == 0) return true;
  if (!hub::may_be_lfs_pointer(present.stamp.size)) return present.stamp.size > 0;
  const auto text = adopted_->read_file(entry.path.str(), present.stamp.size);
  return text && !hub::lfs_size_in(*text);
}

}  // namespace hubcache::adoption
