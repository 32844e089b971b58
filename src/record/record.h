// The record of an adoption: what it changed. The record is stored near the place, so it survives containers, shared
// homes and a deleted ~/.cache.
//
// On disk (schema 1) the record is `record.jsonl`: JSON lines in UTF-8: a header, a line for each file, then
// {"end": <files>}. hubcache replaces the whole file by a rename. In the same folder:
//   lock        held while hubcache changes the place
//   stage/      links and copies that will be moved into the place
//   parked/     files that were moved out of the place and have no final name yet, on a file system that cannot
//               exchange two names
//   displaced/  files that were in the place before the adoption; release puts them back
//   led_to/     second hard links of the files in the place that displaced symlinks lead to
//   originals/  second hard links of files that were adopted in place
//   index.before  the client's index as it was before the adoption
//   kept/TIME/  files that the client or the user has put into the place since; hubcache never deletes them
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/link.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "fs/held_folder.h"
#include "record/origin.h"
#include "repo/local_tree.h"

namespace hubcache::record {

/// The step of the adoption or release that wrote the record.
enum class Phase {
  staging,   ///< the place is unchanged; everything in stage/ belongs to hubcache
  applying,  ///< entries may be in stage/ or in the place
  done,
  releasing,  ///< entries are being removed, and the files that they displaced are put back
};

/// The exact id that the client's index has for a file at one of the adopted revisions.
struct ExactId {
  std::uint16_t revision = 0;  ///< index into Record::revisions
  bool synthetic = false;      ///< not from the hub: computed from repo type, id and path
  ObjectId sha;
  /// The id of the hub's content (RemoteFile::sha), if `sha` is not that id.
  std::optional<ObjectId> content = {};
};

/// A link or copy that will be moved into the place.
struct Staged {
  FileStamp stamp;   ///< inode 0: it does not exist yet
  FileStamp source;  ///< stamp of the user's file
  LinkKind link = LinkKind::symlink;
};

/// A file of the user's folder at its location in the place. Actions in the place use the location; the hub, the
/// client's index and the folder use the path in the repo.
struct Entry {
  RelPath path;  ///< its path in the repo and in the user's folder
  LinkKind link = LinkKind::symlink;
  FileStamp source;          ///< stamp of the user's file at the adoption
  std::string outside = {};  ///< LocalFile::outside at the adoption
  /// Stamp of the link or copy in the place, or of the second hard link in originals/.
  std::optional<FileStamp> placed = {};
  std::optional<std::int64_t> placed_at = {};  ///< first ctime of `placed`, if renew_stamps() has replaced `placed`
  std::optional<Staged> staged = {};           ///< while applying
  std::optional<FileStamp> displaced = {};     ///< while it is removed: stamp of the displaced file to put back
  bool retiring = false;                       ///< while applying: the adoption no longer contains the file
  std::vector<ExactId> exact = {};
  std::vector<std::string> outdated = {};  ///< while applying: hubcache's ids to remove from the client's index
  std::vector<std::string> had = {};       ///< revisions of the path in the client's index before the adoption
  std::optional<RelPath> elsewhere = {};   ///< its location in the place, if that differs from `path`

  const RelPath& location() const { return elsewhere ? *elsewhere : path; }
};

/// A revision as the hub had it at the adoption.
struct AdoptedRevision {
  std::string name;
  std::string version;  ///< RemoteTree::version; "" if the hub was not asked
  /// Files of the hub that the folder lacked when the hub was last asked; sorted.
  std::vector<std::string> hub_only = {};
  /// hub::address() of the hub that was asked; "" if none was asked, or an early version of hubcache wrote the record.
  std::string hub = {};
  bool is_default = false;  ///< the hub's default branch, when it was last asked
};

/// A symlink to the place from a working folder of the client (hub::Place::working_link).
struct WorkingLink {
  std::filesystem::path name;
  bool made_parent = false;  ///< hubcache has made the folder above it
  bool operator==(const WorkingLink&) const = default;
};

struct Record {
  Phase phase = Phase::done;
  std::string target;
  RepoType type = RepoType::model;
  std::string repo_id;
  std::filesystem::path folder;  ///< the user's folder; absolute
  bool in_place = false;
  fs::FolderId folder_id = {};  ///< identity of the folder, since another folder may get its path later
  /// While applying: the previous folder, if entries may still be from it; else "".
  std::filesystem::path folder_before;
  bool pin = true;
  std::optional<LinkKind> link = {};          ///< the user's --link, for refresh
  std::vector<std::string> include, exclude;  ///< the user's --include and --exclude, for refresh
  std::string adopted_at;                     ///< UTC, ISO 8601
  std::vector<AdoptedRevision> revisions;
  bool place_existed = false;
  std::uint32_t made_above = 0;             ///< folders above the place that were missing before the adoption
  std::vector<std::string> folders_before;  ///< folders above files that were in the place before; sorted
  std::vector<std::string> index_wrote;     ///< SHA-256 of indexes that hubcache wrote or will write; oldest first
  /// The client has written the index between two adoptions. Release then edits the present index instead of restoring
  /// index.before.
  bool index_merged = false;
  std::vector<std::string> stayed;  ///< locations that the adoption left unchanged; sorted
  std::vector<std::string> added;   ///< while releasing: files that were added to the place since; they go to kept/
  std::optional<FileStamp> place_link = {};  ///< while releasing: stamp of the symlink to restore as the place
  /// The mount points below which the release could not remove files. Everything else is released: the record covers
  /// only files below these mount points. Locations; sorted.
  std::vector<std::string> unreleased;
  std::map<std::string, std::optional<std::string>>
      metadata_had;  ///< by location: the bytes before the adoption; nullopt if the file did not exist
  std::map<std::string, std::vector<std::string>> metadata_wrote;  ///< by location: the versions that hubcache wrote
  bool made_name_link = false;
  std::vector<WorkingLink> working_links = {};  ///< those that hubcache has made, or was about to make
  std::vector<Entry> entries;                   ///< sorted by location

  /// Returns true if the adoption was interrupted.
  bool is_adoption_cut_off() const { return phase == Phase::staging || phase == Phase::applying; }
  const Entry* find(std::string_view location) const;
  const AdoptedRevision* revision(std::string_view name) const;
};

/// Loads the record; nullopt if there is none. An Error if it cannot be read, has another schema, or may have been
/// written by a user whom `trust` does not allow (see record/origin.h).
Result<std::optional<Record>> load(const std::filesystem::path& folder, Trust trust);
/// Loads the record without reading `entries`: fast, however many there are.
Result<std::optional<Record>> load_header(const std::filesystem::path& folder, Trust trust);
Result<std::optional<Record>> load_header(const std::filesystem::path& folder, const OpenedRecord& opened, Trust trust);
/// Writes the record. Only this user can access the file, whatever the umask is.
Result<void> save(const std::filesystem::path& folder, const Record& record);
/// Removes the record. Before, and before save(), the changes that the record describes are on the disk:
/// fs::sync_names().
Result<void> remove(const std::filesystem::path& folder);
/// Returns true if the file has the bytes that save() would write.
Result<bool> is_saved(const std::filesystem::path& folder, const Record& record);

}  // namespace hubcache::record
