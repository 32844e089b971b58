// Operations on single files. Only replace(), write_atomically() and write_own_file() overwrite an existing file; the
// other functions that make a file, link or name return an Error or false if the name exists. A Name is a plain path,
// or a name below a Root, which is reached through no symlink.
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

/// Result of lstat: never follows a symlink at the last part.
struct Status {
  Kind kind = Kind::missing;
  FileStamp stamp;
  std::uint64_t device = 0;
  std::uint64_t mount = 0;  ///< mount id (statx, Linux 5.8); 0 if the kernel does not report it
  std::uint32_t links = 0;  ///< hard links
  std::uint32_t owner = 0;  ///< user id
};
/// Kind::missing is not an Error. ENOTDIR and ENAMETOOLONG count as missing; so does a file behind a symlink below a
/// Root.
Result<Status> status_of(const Name& name);
Result<Status> status_of_target(const path& name);  ///< follows symlinks; a dangling one is Kind::missing

/// Returns true if both statuses are of one existing file.
inline bool is_same_file(const Status& a, const Status& b) {
  return a.kind != Kind::missing && a.kind == b.kind && a.device == b.device && a.stamp.inode == b.stamp.inode;
}

/// Returns true if a rename from one folder to the other can work: same device and, if the kernel reports mounts, same
/// mount. For a folder that does not exist yet, its nearest existing parent counts.
Result<bool> same_file_system(const path& one, const path& other);

/// Returns true if this user may list a folder and open its files.
bool may_look_into(const path& folder);

Result<std::string> read_file(const Name& name, std::uint64_t limit);  ///< Error above `limit` bytes
Result<bool> has_bytes(const Name& name, std::string_view bytes);      ///< true if the content is `bytes`
Result<std::string> read_symlink(const Name& name);

/// Works like mkdir -p; an existing folder is accepted, also behind a symlink. Returns the number of created folders.
Result<int> make_folders(const path& folder);
/// Like make_folders(), but if `folder` itself has to be created, only this user may write to it, whatever the umask
/// is.
Result<int> make_own_folder(const path& folder);
/// Does chmod go-w on a folder that this user owns.
Result<void> keep_others_from_writing(const path& folder);
/// Creates folders below a Root; a symlink or a file in the way is an Error. Creates the folders above the Root, too.
Result<void> make_folders_below(const Root& root, std::string_view relative);

Result<void> make_symlink(const path& target, const Name& name);
Result<void> make_hard_link(const path& original, const Name& name);          ///< follows a symlink at `original`
Result<void> make_hard_link_to_name(const Name& original, const Name& name);  ///< links to a symlink itself
Result<void> make_reflink(const Name& original, const Name& name);            ///< Error if not supported
/// Copies content, mode (less the umask) and times; keeps holes; syncs. A source that changes meanwhile is an Error.
Result<void> make_copy(const Name& original, const Name& name);
/// Returns true if symlinks can be made in an existing folder (tries it with a temporary one).
bool can_symlink(const path& folder);
/// Returns true if reflinks work from `source_file` into `folder` (tries it with a temporary file).
bool can_reflink(const path& source_file, const path& folder);

/// Renames by renameat2(RENAME_NOREPLACE); returns false if `to` exists. If the file system lacks the flag: links and
/// unlinks files and symlinks (if `from` and `to` are already names of one file, a killed process left them: the rename
/// is completed); for folders, and if hard links are refused, checks and then renames.
Result<bool> rename_new(const Name& from, const Name& to);
/// Like rename_new(), for a `to` where no other program makes names and a `from` where other programs may. Without the
/// flag it checks and then renames: link and unlink would delete a file that another program puts at `from` in between.
Result<bool> rename_away(const Name& from, const Name& to);
/// Renames by rename(2): an existing `to` is deleted.
Result<void> replace(const Name& from, const Name& to);
/// Exchanges two names by renameat2(RENAME_EXCHANGE); returns false if the file system lacks it.
Result<bool> exchange(const Name& one, const Name& other);

/// Writes a temporary file beside `name`, fsyncs it, renames it and fsyncs the folder; mode 0666 less the umask. A
/// reader sees either the old or the new bytes.
Result<void> write_atomically(const path& name, std::string_view bytes);
/// Like write_atomically() with mode 0644 less the umask: only this user may write to the file, whatever the umask is.
Result<void> write_own_file(const path& name, std::string_view bytes);
/// Creates a file with these bytes and syncs it; mode 0666 less the umask. The file appears complete: a killed process
/// leaves only a temporary name (is_temporary_name). An Error if `name` exists.
Result<void> write_new(const Name& name, std::string_view bytes);
/// Removes the temporary files that a killed write_atomically() left in this folder. Call it only while no write is in
/// progress.
Result<void> remove_unfinished(const path& folder);
/// Like write_own_file(), for content that is too large for memory: `produce` passes it on piece by piece.
using Put = std::function<Result<void>(std::string_view bytes)>;
Result<void> write_own_file(const path& name, const std::function<Result<void>(const Put&)>& produce);
Result<void> sync_folder(const Name& folder);

Result<void> remove_file(const Name& name);  ///< a file or symlink; a missing one is fine
/// Removes a folder by rmdir; returns false if it is missing, not empty, a mount point, or not a folder (but a
/// symlink to one).
bool remove_folder_if_empty(const Name& folder);
/// Removes empty folders from the leaves up, including `folder`. Folders that are not empty stay. Never follows a
/// symlink.
Result<void> remove_empty_folders(const Name& folder);

}  // namespace hubcache::fs
