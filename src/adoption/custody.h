// Moves files between a place and hubcache's own folders without losing content. A file is deleted only if hubcache put
// exactly this file there and its content still exists elsewhere; all other files are moved to displaced/ or kept/.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/result.h>

#include "adoption/sources.h"
#include "fs/file.h"
#include "hub/view.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Returns true if inode, size and mtime are equal. The ctime is not compared, because a rename changes it. An edit
/// that restores size and mtime is therefore not detected.
bool same_but_ctime(const FileStamp& a, const FileStamp& b);

/// Returns true if `status` describes the file or symlink that hubcache put at the entry's location, or staged for it:
/// - a staged item: inode, size and mtime are those of Entry::staged;
/// - a placed symlink: inode, size and mtime are those of Entry::placed;
/// - a hard link, staged or placed, with more than one name: only the inode is compared, since edits change the rest;
/// - any other placed file, unless the entry is a symlink: all of Entry::placed is compared. A placed copy that another
///   program has renamed does not match: its ctime has changed, and only the ctime shows an edit that restores the
///   mtime.
bool is_ours(const fs::Status& status, const record::Entry& entry);
/// Does the same for a file of the place's view.
bool is_ours(const hub::PlacedFile& file, const record::Entry& entry);

/// A place and hubcache's folders beside its record, with the functions that move files between them. All names are
/// looked up from descriptors of the folder above the place and of the folder above the record folder; see fs::Root.
class Custody {
 public:
  /// `sources`: the folders with the files from which the copies and hard links in the place were made.
  /// `now`: UTC as 20261231T235959Z; the name of the folder in kept/.
  Custody(const std::filesystem::path& place, const std::filesystem::path& record_folder, Sources sources,
          std::string now);

  const fs::Root& place() const { return place_; }
  fs::Name at(std::string_view location) const { return {place_, location}; }
  fs::Name at(const record::Entry& entry) const { return at(entry.location().str()); }

  // The following functions return hubcache's own folders, or names in them.
  fs::Name stage(std::string_view name = "") const { return own("stage", name); }
  fs::Name displaced(std::string_view name = "") const { return own("displaced", name); }
  fs::Name originals(std::string_view name = "") const { return own("originals", name); }
  /// Holds second hard links (or copies) of the files in the place to which displaced symlinks point; the client may
  /// delete a file that no symlink in the place points to (adoption/led_to.h).
  fs::Name led_to(std::string_view name = "") const { return own("led_to", name); }
  /// On a file system that cannot exchange two names: holds an item between its removal from the place and its move to
  /// displaced/ or kept/ (adoption/graft.h).
  fs::Name parked(std::string_view name = "") const { return own("parked", name); }
  /// Holds metadata files of the client while they are moved into the place or out of it (adoption/metadata.h).
  fs::Name metadata(std::string_view name = "") const { return own("metadata", name); }
  /// Like parked(), for metadata files.
  fs::Name metadata_parked(std::string_view name = "") const { return own("metadata.parked", name); }
  fs::Name index_before() const { return own("index.before", ""); }
  /// Holds a file until it is moved to kept/.
  fs::Name saved() const { return own("saved", ""); }
  const std::filesystem::path& folder() const { return record_.folder(); }

  /// Creates the missing folders above a name in the place or in the record folder.
  Result<void> make_folders_above(const fs::Name& name) const;

  /// Renames the item to kept/<now>/<relative>, or to kept/<now>-2/<relative> and so on if that name is taken.
  /// `relative` "" stands for the place itself and becomes "place".
  Result<void> keep(const fs::Name& item, const std::string& relative);
  /// Renames the item to displaced/<relative>; calls keep() if that name exists or a file is in the way above it.
  Result<void> displace(const fs::Name& item, const std::string& relative);
  /// Deletes an item that hubcache made, if it is a symlink, if it has another hard link, or if Sources::has() finds a
  /// file of the user's that makes it superfluous; otherwise calls keep().
  Result<void> dispose(const fs::Name& item, const record::Entry& entry);
  /// Deletes a hard link if the file or symlink has another one; otherwise calls keep().
  Result<void> drop_second_name(const fs::Name& item, const std::string& relative);
  /// Deletes hubcache's copy of the file at `location` in the place if that file has the same bytes. Also deletes the
  /// copy, without comparing, if it has another hard link. Otherwise calls keep().
  Result<void> drop_copy(const fs::Name& item, const std::string& location);
  /// Sorts an item that was moved out of the place: calls dispose() if hubcache put it there and it is unchanged;
  /// otherwise keep() if the entry has a `placed` stamp, and displace() if not. `relative`: its location in the place.
  /// `before`: its status there. `entry`: the record's entry for the location; nullptr: calls displace().
  Result<void> set_aside(const fs::Name& item, const std::string& relative, const fs::Status& before,
                         const record::Entry* entry);
  /// Moves the item at the entry's location out of the place, then calls dispose() if hubcache put it there, or keep()
  /// if not. Returns true if hubcache put it there; false also if nothing is at the location.
  Result<bool> take_out(const record::Entry& entry);
  /// Moves an item that is not in the record to kept/. Does nothing if the name is missing.
  Result<void> take_out_and_keep(const fs::Name& name, const std::string& relative);

  const std::vector<std::string>& kept() const { return kept_; }
  std::uint64_t displaced_count() const { return displaced_count_; }
  std::uint64_t disposed_count() const { return disposed_count_; }

 private:
  fs::Name own(std::string_view folder, std::string_view name) const { return fs::Name(record_, folder) / name; }
  static Result<bool> is_blocked(const fs::Name& folder, const std::string& relative);
  Result<bool> move_new(const fs::Name& from, const fs::Name& to) const;
  Result<bool> remove_unless_last(const fs::Name& item, const std::string& relative,
                                  const std::function<bool(const fs::Source&)>& has_other_file);

  fs::Root place_, record_;
  Sources sources_;
  std::string now_;
  std::vector<std::string> kept_;
  std::uint64_t displaced_count_ = 0, disposed_count_ = 0;
};

}  // namespace hubcache::adoption
