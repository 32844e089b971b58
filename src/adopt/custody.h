// Who a file belongs to, and what may become of it. Nothing is ever removed that is not exactly what hubcache put
// there, or that is the last of the user's.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "fs/file.h"
#include "record/record.h"

namespace hubcache::adoption {

/// The same file, unedited but for one that put size and mtime back: a rename, too, changes the ctime.
bool same_but_ctime(const FileStamp& a, const FileStamp& b);

/// Whether this is what the record says hubcache put at the entry's location. A copy that was renamed since is not: its
/// ctime, which alone tells of an edit that has put the old mtime back, is another one.
bool is_ours(const fs::Status& status, const record::Entry& entry);

/// The folders beside a record, and the rules of moving things into them.
class Custody {
 public:
  /// `now`: UTC as 20261231T235959Z, names the folder of what is kept.
  Custody(std::filesystem::path record_folder, std::filesystem::path user_folder, std::string now);

  /// Where files are written before they are renamed to where they belong.
  std::filesystem::path unfinished() const { return folder_; }
  std::filesystem::path stage() const { return folder_ / "stage"; }
  std::filesystem::path displaced() const { return folder_ / "displaced"; }
  std::filesystem::path originals() const { return folder_ / "originals"; }
  /// Second links of what displaced symlinks lead to within the place: nobody else may know that it is still wanted.
  std::filesystem::path led_to() const { return folder_ / "led_to"; }
  std::filesystem::path index_before() const { return folder_ / "index.before"; }
  std::filesystem::path index_back() const { return folder_ / "index.back"; }

  /// Moves it, by a rename, to kept/<now>/<relative>.
  Result<void> keep(const std::filesystem::path& item, const std::string& relative);
  /// Moves it to displaced/<relative>; keeps it where something is there already.
  Result<void> displace(const std::filesystem::path& item, const std::string& relative);
  /// For a thing of hubcache's own: removes it if another name leads to its bytes, or the user's folder has a file
  /// there (an emptied one does not count); else keeps it.
  Result<void> dispose(const std::filesystem::path& item, const record::Entry& entry);
  /// What was moved out of the place, where it stood at `relative` and was as `before` says; `entry` is what is
  /// recorded of it (nullptr: nothing).
  Result<void> set_aside(const std::filesystem::path& item, const std::string& relative, const fs::Status& before,
                         const record::Entry* entry);
  /// Takes the entry's name out of the place, then disposes of it or keeps it. Missing is fine. True if it was
  /// hubcache's own.
  Result<bool> take_out(const std::filesystem::path& root, const record::Entry& entry);
  /// The same for something that hubcache knows nothing of: kept.
  Result<void> take_out_and_keep(const std::filesystem::path& name, const std::string& relative);

  const std::vector<std::string>& kept() const { return kept_; }
  std::uint64_t displaced_count() const { return displaced_count_; }
  std::uint64_t disposed_count() const { return disposed_count_; }

 private:
  Result<bool> move_new(const std::filesystem::path& from, const std::filesystem::path& to);

  std::filesystem::path folder_, user_folder_;
  std::string now_;
  std::vector<std::string> kept_;
  std::uint64_t displaced_count_ = 0, disposed_count_ = 0;
};

}  // namespace hubcache::adoption
