// Single steps on files. But for replace() nothing here overwrites: what is in the way of a name is an Error or a
// `false`. A Name is a plain path, or a name below a Root, which is then reached through no symlink.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <hubcache/result.h>

#include "fs/root.h"
#include "repo/local_tree.h"

namespace hubcache::fs {

using std::filesystem::path;

enum class Kind { missing, file, folder, symlink, other };

/// lstat: never follows a symlink at the last part.
struct Status {
  Kind kind = Kind::missing;
  FileStamp stamp;
  std::uint64_t device = 0;
  std::uint64_t mount = 0;  ///< mount id (statx, Linux 5.8); 0 where the kernel does not tell
  std::uint32_t links = 0;  ///< hard links
  std::uint32_t owner = 0;  ///< user id
};
/// Kind::missing is no Error. ENOTDIR and ENAMETOOLONG count as missing, and so does what lies behind a symlink below a
/// Root.
Result<Status> status_of(const Name& name);
Result<Status> status_of_target(const path& name);  ///< follows symlinks; a dangling one is Kind::missing

/// Two looks at one file: what is missing is none.
inline bool is_same_file(const Status& a, const Status& b) {
  return a.kind != Kind::missing && a.kind == b.kind && a.device == b.device && a.stamp.inode == b.stamp.inode;
}

/// Whether a rename from one folder to the other can work: same device and, where the kernel tells, same mount.
/// Where a folder does not exist yet, its nearest existing parent counts.
Result<bool> same_file_system(const path& one, const path& other);

/// Whether this user may list a folder and open what is in it.
bool may_look_into(const path& folder);

Result<std::string> read_file(const Name& name, std::uint64_t limit);  ///< Error above `limit` bytes
Result<bool> has_bytes(const Name& name, std::string_view bytes);      ///< whether the file holds just these
Result<std::string> read_symlink(const Name& name);

/// mkdir -p; an existing folder is fine, also behind a symlink. Returns how many were made.
Result<int> make_folders(const path& folder);
/// The same, but if `folder` itself has to be made, nobody but this user may write to it, whatever the umask is.
Result<int> make_own_folder(const path& folder);
/// chmod go-w on a folder of this user's.
Result<void> keep_others_from_writing(const path& folder);
/// The same below a Root, where a symlink or a file in the way is an Error. The folders above the Root are made, too.
Result<void> make_folders_below(const Root& root, std::string_view relative);

Result<void> make_symlink(const path& target, const Name& name);
Result<void> make_hard_link(const path& original, const Name& name);          ///< follows a symlink at `original`
Result<void> make_hard_link_to_name(const Name& original, const Name& name);  ///< of a symlink: to the symlink itself
Result<void> make_reflink(const Name& original, const Name& name);            ///< Error where the file system has none
/// Copies content, mode (less the umask) and times; keeps holes; synced. A source that changes meanwhile is an Error.
Result<void> make_copy(const Name& original, const Name& name);
/// Whether symlinks can be made in an existing folder (tried with a temporary one).
bool can_symlink(const path& folder);
/// Whether reflinks work from a file of one folder into the other (tried with a real, temporary file).
bool can_reflink(const path& source_file, const path& folder);

/// renameat2(RENAME_NOREPLACE); false where `to` exists. Where the file system lacks the flag: link and unlink for
/// files and symlinks (two names of one file are what a killed process has left of that: it is completed), and for
/// folders, and where hard links are refused, a check before a rename.
Result<bool> rename_new(const Name& from, const Name& to);
/// The same to where nobody else makes names, from where others may: without the flag a check before the rename. By
/// link and unlink, what another program puts at `from` in between would be gone.
Result<bool> rename_away(const Name& from, const Name& to);
/// rename(2): what has the name `to` is gone.
Result<void> replace(const Name& from, const Name& to);
/// renameat2(RENAME_EXCHANGE); false where the file system lacks it.
Result<bool> exchange(const Name& one, const Name& other);

/// Write beside, fsync, rename, fsync the folder; mode 0666 less the umask. A reader sees the old or the new bytes.
Result<void> write_atomically(const path& name, std::string_view bytes);
/// The same with mode 0644 less the umask: nobody but this user may write to it, whatever the umask is.
Result<void> write_own_file(const path& name, std::string_view bytes);
/// A new file with these bytes, synced; mode 0666 less the umask. It appears whole: a process that is killed leaves a
/// temporary name (is_temporary_name). An Error where anything has that name.
Result<void> write_new(const Name& name, std::string_view bytes);
/// Removes what a write_atomically into this folder has left that was killed. To be called only where none is under
/// way.
Result<void> remove_unfinished(const path& folder);
/// The same for what is too large to stand in memory whole: `produce` hands it over piece by piece.
using Put = std::function<Result<void>(std::string_view bytes)>;
Result<void> write_own_file(const path& name, const std::function<Result<void>(const Put&)>& produce);
Result<void> sync_folder(const Name& folder);

Result<void> remove_file(const Name& name);  ///< a file or symlink; missing is fine
/// rmdir: false where it is missing, not empty, a mount point, or no folder but a symlink to one.
bool remove_folder_if_empty(const Name& folder);
/// Removes empty folders from the leaves up, and `folder` itself; what is not empty stays. Never follows a symlink.
Result<void> remove_empty_folders(const Name& folder);

}  // namespace hubcache::fs
