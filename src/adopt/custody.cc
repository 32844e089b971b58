#include "adopt/custody.h"

#include "base/text.h"
#include "base/try.h"

namespace hubcache::adoption {

using std::filesystem::path;

bool same_but_ctime(const FileStamp& a, const FileStamp& b) {
  return a.inode == b.inode && a.size == b.size && a.mtime == b.mtime;
}

bool is_ours(const fs::Status& status, const record::Entry& entry) {
  if (status.kind == fs::Kind::missing) return false;
  if (entry.staged && same_but_ctime(status.stamp, entry.staged->stamp)) return true;
  if (!entry.placed || status.stamp.inode != entry.placed->inode) return false;
  // A hard link shares size and times with the user's own file, which is edited.
  if (status.kind == fs::Kind::file && status.links > 1) return true;
  // A symlink cannot be edited; its ctime changes where it is renamed by a link and an unlink.
  if (status.kind == fs::Kind::symlink) return same_but_ctime(status.stamp, *entry.placed);
  return status.stamp == *entry.placed;
}

Custody::Custody(path record_folder, path user_folder, std::string now)
    : folder_(std::move(record_folder)), user_folder_(std::move(user_folder)), now_(std::move(now)) {}

Result<bool> Custody::move_new(const path& from, const path& to) {
  TRY(fs::make_folders(to.parent_path()));
  return fs::rename_away(from, to);
}

Result<void> Custody::keep(const path& item, const std::string& relative) {
  const std::string name = relative.empty() ? "place" : relative;
  for (int attempt = 1; attempt < 1000; ++attempt) {
    const std::string time = attempt == 1 ? now_ : now_ + "-" + std::to_string(attempt);
    const path target = folder_ / "kept" / time / name;
    // A file of this name may stand where a folder is wanted: then the next attempt's folder is empty.
    const auto moved = move_new(item, target);
    if (!moved && attempt == 999) return moved.error();
    if (!moved || !*moved) continue;
    kept_.push_back(target.native());
    return {};
  }
  return Error{ErrorCode::failed, "no free name to keep " + in_quotes(item.native()),
               "clear the folder " + in_quotes((folder_ / "kept").native())};
}

Result<void> Custody::displace(const path& item, const std::string& relative) {
  const path target = relative.empty() ? displaced() : displaced() / relative;
  const auto moved = move_new(item, target);
  if (!moved || !*moved) return keep(item, relative);
  ++displaced_count_;
  return {};
}

Result<void> Custody::dispose(const path& item, const record::Entry& entry) {
  const fs::Status status = TRY(fs::status_of(item));
  const auto source = fs::status_of_target(user_folder_ / entry.path.str());
  const bool is_file = source && source->kind == fs::Kind::file && source->stamp.inode != status.stamp.inode;
  const bool has_source =
      is_file && (source->stamp.size > 0 || status.stamp.size == 0);  // emptied is as good as removed
  const bool stands_elsewhere = status.kind == fs::Kind::symlink || status.links > 1 || has_source;
  if (!stands_elsewhere) return keep(item, entry.location().str());
  ++disposed_count_;
  return fs::remove_file(item);
}

Result<void> Custody::set_aside(const path& item, const std::string& relative, const fs::Status& before,
                                const record::Entry* entry) {
  if (!entry) return displace(item, relative);
  // Looked at again: another program may have replaced it in between.
  const bool is_the_same = same_but_ctime(TRY(fs::status_of(item)).stamp, before.stamp);
  if (is_the_same && is_ours(before, *entry)) return dispose(item, *entry);
  return entry->placed ? keep(item, relative) : displace(item, relative);
}

Result<bool> Custody::take_out(const path& root, const record::Entry& entry) {
  const path name = root / entry.location().str();
  const fs::Status before = TRY(fs::status_beneath(root, entry.location().str()));
  if (before.kind == fs::Kind::missing) return false;
  const bool ours = is_ours(before, entry);
  const path item = stage() / entry.location().str();
  if (!TRY(move_new(name, item))) {
    return Error{ErrorCode::failed,
                 "cannot take " + in_quotes(name.native()) + " out: " + in_quotes(item.native()) + " is in the way",
                 "run hubcache adopt or hubcache release again"};
  }
  // Looked at again: another program may have replaced it in between.
  if (ours && same_but_ctime(TRY(fs::status_of(item)).stamp, before.stamp)) {
    TRY(dispose(item, entry));
    return true;
  }
  TRY(keep(item, entry.location().str()));
  return false;
}

Result<void> Custody::take_out_and_keep(const path& name, const std::string& relative) {
  if (TRY(fs::status_of(name)).kind == fs::Kind::missing) return {};
  return keep(name, relative);
}

}  // namespace hubcache::adoption
