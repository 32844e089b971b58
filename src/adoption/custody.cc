#include "adoption/custody.h"

#include <cerrno>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/source.h"
#include "fs/system_error.h"

namespace hubcache::adoption {

using std::filesystem::path;

bool same_but_ctime(const FileStamp& a, const FileStamp& b) {
  return a.inode == b.inode && a.size == b.size && a.mtime == b.mtime;
}

namespace {

/// Returns true for a regular file with several names that was placed as a hard link: the user's edits change its size
/// and times. A copy can have several names, too (a backup by cp -al), but an edit of a copy exists nowhere else.
bool is_hard_link(const fs::Status& status, LinkKind link) {
  const bool is_link = link == LinkKind::hardlink || link == LinkKind::in_place;
  return is_link && status.kind == fs::Kind::file && status.links > 1;
}

bool is_staged(const fs::Status& status, const record::Staged& staged) {
  if (same_but_ctime(status.stamp, staged.stamp)) return true;
  return status.stamp.inode == staged.stamp.inode && is_hard_link(status, staged.link);
}

}  // namespace

bool is_ours(const fs::Status& status, const record::Entry& entry) {
  if (status.kind == fs::Kind::missing) return false;
  if (entry.staged && is_staged(status, *entry.staged)) return true;
  if (!entry.placed || status.stamp.inode != entry.placed->inode) return false;
  // A symlink cannot be edited; a rename by link and unlink changes its ctime.
  if (status.kind == fs::Kind::symlink) return same_but_ctime(status.stamp, *entry.placed);
  // A new file can get the inode of the removed symlink.
  if (entry.link == LinkKind::symlink) return false;
  if (is_hard_link(status, entry.link)) return true;
  return status.stamp == *entry.placed;
}

bool is_ours(const hub::PlacedFile& file, const record::Entry& entry) {
  fs::Status status;
  status.kind = file.kind;
  status.stamp = file.stamp;
  status.links = file.links;
  return is_ours(status, entry);
}

Custody::Custody(const path& place, const path& record_folder, Sources sources, std::string now)
    : place_(place), record_(record_folder), sources_(std::move(sources)), now_(std::move(now)) {}

Result<void> Custody::make_folders_above(const fs::Name& name) const {
  if (!name.relative().empty()) return fs::make_folders_below(*name.root(), name.parent().relative());
  TRY(fs::make_folders(name.path().parent_path()));
  return {};
}

Result<bool> Custody::move_new(const fs::Name& from, const fs::Name& to) const {
  TRY(make_folders_above(to));
  return fs::rename_away(from, to);
}

Result<void> Custody::keep(const fs::Name& item, const std::string& relative) {
  const std::string name = relative.empty() ? "place" : relative;
  for (int attempt = 1; attempt < 1000; ++attempt) {
    const fs::Name folder = own("kept", attempt == 1 ? now_ : now_ + "-" + std::to_string(attempt));
    if (TRY(is_blocked(folder, name))) continue;
    const auto moved = move_new(item, folder / name);
    if (!moved) {
      TRY(fs::remove_empty_folders(folder));
      return moved.error();
    }
    if (!*moved) continue;
    kept_.push_back((folder / name).path().native());
    return {};
  }
  return Error{ErrorCode::failed, say("cannot find a free name to keep {}", in_quotes(item.path().native())),
               say("empty the folder {}", in_quotes(own("kept", "").path().native()))};
}

/// Returns true if anything but a folder has the name `folder`, or the name of a folder above folder/relative.
Result<bool> Custody::is_blocked(const fs::Name& folder, const std::string& relative) {
  for (auto slash = relative.find('/'); slash != relative.npos; slash = relative.find('/', slash + 1)) {
    const fs::Kind kind = TRY(fs::status_of(folder / relative.substr(0, slash))).kind;
    if (kind != fs::Kind::folder && kind != fs::Kind::missing) return true;
  }
  const fs::Kind kind = TRY(fs::status_of(folder)).kind;
  return kind != fs::Kind::folder && kind != fs::Kind::missing;
}

Result<void> Custody::displace(const fs::Name& item, const std::string& relative) {
  const bool is_free = relative.empty() || !TRY(is_blocked(displaced(), relative));
  if (!is_free || !TRY(move_new(item, displaced(relative)))) return keep(item, relative);
  ++displaced_count_;
  return {};
}

/// Deletes the item if it has another hard link or `has_other_file` accepts it; otherwise calls keep(). Keeps the file
/// open meanwhile, because another program may delete the file's other name between the check and the deletion: if the
/// other name is gone afterwards, saves the bytes to kept/. Returns true if the item was deleted and its content still
/// exists elsewhere.
Result<bool> Custody::remove_unless_last(const fs::Name& item, const std::string& relative,
                                         const std::function<bool(const fs::Source&)>& has_other_file) {
  auto file = fs::open_source(item);
  const bool has_other_name = file && (file->status.st_nlink > 1 || has_other_file(*file));
  if (!has_other_name) {
    TRY(keep(item, relative));
    return false;
  }
  TRY(fs::remove_file(item));
  if (fstat(file->file.get(), &file->status) != 0)
    return fs::system_error(errno, say("access {}", in_quotes(item.path().native())));
  if (file->status.st_nlink > 0 || has_other_file(*file)) return true;
  TRY(fs::make_copy_of(*file, item, saved()));
  TRY(keep(saved(), relative));
  return false;
}

Result<void> Custody::dispose(const fs::Name& item, const record::Entry& entry) {
  const fs::Status status = TRY(fs::status_of(item));
  if (status.kind == fs::Kind::symlink) {
    ++disposed_count_;
    return fs::remove_file(item);
  }
  const bool removed = TRY(remove_unless_last(item, entry.location().str(),
                                              [&](const fs::Source& file) { return sources_.has(entry, file); }));
  disposed_count_ += removed;
  return {};
}

Result<void> Custody::drop_second_name(const fs::Name& item, const std::string& relative) {
  const fs::Status status = TRY(fs::status_of(item));
  if (status.kind == fs::Kind::symlink && status.links > 1) return fs::remove_file(item);
  TRY(remove_unless_last(item, relative, [](const fs::Source&) { return false; }));
  return {};
}

Result<void> Custody::drop_copy(const fs::Name& item, const std::string& location) {
  TRY(remove_unless_last(item, location, [&](const fs::Source& copy) {
    const auto original = fs::open_source(at(location));
    return original && fs::have_same_bytes(*original, copy);
  }));
  return {};
}

Result<void> Custody::set_aside(const fs::Name& item, const std::string& relative, const fs::Status& before,
                                const record::Entry* entry) {
  if (!entry) return displace(item, relative);
  // Compares again: another program may have replaced the item in the meantime.
  const bool is_the_same = same_but_ctime(TRY(fs::status_of(item)).stamp, before.stamp);
  if (is_the_same && is_ours(before, *entry)) return dispose(item, *entry);
  return entry->placed ? keep(item, relative) : displace(item, relative);
}

Result<bool> Custody::take_out(const record::Entry& entry) {
  const fs::Name name = at(entry);
  const fs::Status before = TRY(fs::status_of(name));
  if (before.kind == fs::Kind::missing) return false;
  const bool ours = is_ours(before, entry);
  const fs::Name item = stage(entry.location().str());
  if (!TRY(move_new(name, item))) {
    return Error{ErrorCode::failed,
                 say("cannot move {} aside: {} already exists", in_quotes(name.path().native()),
                     in_quotes(item.path().native())),
                 say("run hubcache adopt or hubcache release again")};
  }
  // Compares again: another program may have replaced the item in the meantime.
  if (ours && same_but_ctime(TRY(fs::status_of(item)).stamp, before.stamp)) {
    TRY(dispose(item, entry));
    return true;
  }
  TRY(keep(item, entry.location().str()));
  return false;
}

Result<void> Custody::take_out_and_keep(const fs::Name& name, const std::string& relative) {
  if (TRY(fs::status_of(name)).kind == fs::Kind::missing) return {};
  return keep(name, relative);
}

}  // namespace hubcache::adoption
