// Who a file belongs to, and what may become of it. Nothing is ever removed that is not exactly what hubcache put
// there, or that is the last name of its bytes.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/result.h>

#include "adoption/sources.h"
#include "fs/file.h"
#include "record/record.h"

namespace hubcache::adoption {

/// The same file, unedited but for one that put size and mtime back: a rename, too, changes the ctime.
bool same_but_ctime(const FileStamp& a, const FileStamp& b);

/// Whether this is what the record says hubcache put at the entry's location. A copy that was renamed since is not: its
/// ctime, which alone tells of an edit that has put the old mtime back, is another one.
bool is_ours(const fs::Status& status, const record::Entry& entry);

/// A place and the folders beside its record, and the rules of moving files between them. All names are reached by
/// descriptor, from the folder above the place and the folder above the record folder; see fs::Root.
class Custody {
 public:
  /// `sources`: what stands in the place was made of their files.
  /// `now`: UTC as 20261231T235959Z, names the folder of what is kept.
  Custody(const std::filesystem::path& place, const std::filesystem::path& record_folder, Sources sources,
          std::string now);

  const fs::Root& place() const { return place_; }
  fs::Name at(std::string_view location) const { return {place_, location}; }
  fs::Name at(const record::Entry& entry) const { return at(entry.location().str()); }

  /// hubcache's own folders, and names in them.
  fs::Name stage(std::string_view name = "") const { return own("stage", name); }
  fs::Name displaced(std::string_view name = "") const { return own("displaced", name); }
  fs::Name originals(std::string_view name = "") const { return own("originals", name); }
  /// Second links of what displaced symlinks lead to within the place: nobody else may know that it is still wanted.
  fs::Name led_to(std::string_view name = "") const { return own("led_to", name); }
  /// Holds what the first of two renames took out of the place, on a file system that cannot exchange names
  /// (adoption/graft.h).
  fs::Name parked(std::string_view name = "") const { return own("parked", name); }
  /// Metadata files of the client on their way into the place or out of it (adoption/metadata.h).
  fs::Name metadata(std::string_view name = "") const { return own("metadata", name); }
  /// The same as parked(), of metadata files.
  fs::Name metadata_parked(std::string_view name = "") const { return own("metadata.parked", name); }
  fs::Name index_before() const { return own("index.before", ""); }
  /// A file on its way to kept/.
  fs::Name saved() const { return own("saved", ""); }
  const std::filesystem::path& folder() const { return record_.folder(); }

  /// Makes the folders above a name, in the place or in hubcache's own folder.
  Result<void> make_folders_above(const fs::Name& name) const;

  /// Moves it, by a rename, to kept/<now>/<relative>; to another folder in kept/ if that name is taken.
  Result<void> keep(const fs::Name& item, const std::string& relative);
  /// Moves it to displaced/<relative>; keeps it where something is there already.
  Result<void> displace(const fs::Name& item, const std::string& relative);
  /// For a file of hubcache's own: removes it if another name leads to its bytes, or the user still has the file that
  /// it was made of; else keeps it.
  Result<void> dispose(const fs::Name& item, const record::Entry& entry);
  /// Removes a second name of a file; keeps it if it is the last one.
  Result<void> drop_second_name(const fs::Name& item, const std::string& relative);
  /// Removes hubcache's own copy of the file at `location` in the place; keeps it if that file has gone, or has other
  /// bytes.
  Result<void> drop_copy(const fs::Name& item, const std::string& location);
  /// What was moved out of the place, where it stood at `relative` and was as `before` says; `entry` is what is
  /// recorded of it (nullptr: nothing).
  Result<void> set_aside(const fs::Name& item, const std::string& relative, const fs::Status& before,
                         const record::Entry* entry);
  /// Takes the entry's name out of the place, then disposes of it or keeps it. Missing is fine. True if it was
  /// hubcache's own.
  Result<bool> take_out(const record::Entry& entry);
  /// The same for something that hubcache knows nothing of: kept.
  Result<void> take_out_and_keep(const fs::Name& name, const std::string& relative);

  const std::vector<std::string>& kept() const { return kept_; }
  std::uint64_t displaced_count() const { return displaced_count_; }
  std::uint64_t disposed_count() const { return disposed_count_; }

 private:
  fs::Name own(std::string_view folder, std::string_view name) const { return fs::Name(record_, folder) / name; }
  static Result<bool> is_blocked(const fs::Name& folder, const std::string& relative);
  Result<bool> move_new(const fs::Name& from, const fs::Name& to);
  Result<bool> remove_unless_last(const fs::Name& item, const std::string& relative,
                                  const std::function<bool(const fs::Source&)>& has_other_file);

  fs::Root place_, record_;
  Sources sources_;
  std::string now_;
  std::vector<std::string> kept_;
  std::uint64_t displaced_count_ = 0, disposed_count_ = 0;
};

}  // namespace hubcache::adoption
