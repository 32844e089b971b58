// What an adoption did, kept with the place it did it to: it survives containers, shared homes and a lost ~/.cache.
//
// On disk (schema 1) it is `record.jsonl`: JSON lines in UTF-8, a header, then a line for each file, then
// {"end": <files>}. It is replaced whole, by a rename. Beside it, in the same folder:
//   lock        held while hubcache changes the place
//   stage/      what is about to be moved into the place
//   parked/     what has left the place and is not sorted out yet, on a file system that cannot exchange two names
//   displaced/  what stood in the place before, put back by release
//   led_to/     second hard links of what displaced symlinks lead to within the place
//   originals/  second hard links of files that were adopted in place
//   index.before  the client's index as it was before the adoption
//   kept/TIME/  what the client or the user put into the place since, never deleted by hubcache
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

/// How far the adoption that wrote the record had come.
enum class Phase {
  staging,   ///< nothing in the place is touched yet; all that is in stage/ is hubcache's own
  applying,  ///< entries may stand in stage/ or in the place
  done,
  releasing,  ///< entries are being taken out, and what they displaced comes back
};

/// The exact id that the client's index has for a file at one of the adopted revisions.
struct ExactId {
  std::uint16_t revision = 0;  ///< index into Record::revisions
  bool synthetic = false;      ///< not the hub's: made from repo type, id and path
  ObjectId sha;
};

/// What is about to be put into the place.
struct Staged {
  FileStamp stamp;   ///< inode 0: not made yet
  FileStamp source;  ///< of the user's file
  LinkKind link = LinkKind::symlink;
};

/// A file of the user's folder at its location in the place. All that acts goes by the location; what the hub, the
/// client's index and the folder say of the file goes by its path in the repo.
struct Entry {
  RelPath path;  ///< in the repo and in the user's folder
  LinkKind link = LinkKind::symlink;
  FileStamp source;                            ///< of the user's file when it was adopted
  std::string outside = {};                    ///< where it led out of the user's folder then (LocalFile::outside)
  std::optional<FileStamp> placed = {};        ///< of what hubcache put into the place, or of the second hard link
  std::optional<std::int64_t> placed_at = {};  ///< ctime that `placed` had first, before renew_stamps()
  std::optional<Staged> staged = {};           ///< while applying
  std::optional<FileStamp> displaced = {};     ///< while it goes: of what comes back in its stead
  bool retiring = false;                       ///< while applying: no longer in the user's folder
  std::vector<ExactId> exact = {};
  std::vector<std::string> outdated = {};  ///< while applying: ids of hubcache's own that go from the index
  std::vector<std::string> had = {};       ///< revisions of the path in the client's index before the adoption
  std::optional<RelPath> elsewhere = {};   ///< its location in the place, where that is not its path

  const RelPath& location() const { return elsewhere ? *elsewhere : path; }
};

/// What the hub said of a revision when it was adopted.
struct AdoptedRevision {
  std::string name;
  std::string version;  ///< RemoteTree::version; "" where the hub was not asked
  /// Files that the hub had and the folder lacked when it was last asked; sorted.
  std::vector<std::string> hub_only = {};
  /// hub::address of the hub that was asked; "" where none was, or the record is of a version that did not note it.
  std::string hub = {};
  bool is_default = false;  ///< the hub's default branch, when it was last asked
};

struct Record {
  Phase phase = Phase::done;
  std::string target;
  RepoType type = RepoType::model;
  std::string repo_id;
  std::filesystem::path folder;  ///< the user's; absolute
  bool in_place = false;
  fs::FolderId folder_id = {};          ///< another folder may take its path later
  std::filesystem::path folder_before;  ///< while applying: some entries may still be of this one; "" if of none
  bool pin = true;
  std::optional<LinkKind> link = {};          ///< that the user asked for, for refresh
  std::vector<std::string> include, exclude;  ///< likewise
  std::string adopted_at;                     ///< UTC, ISO 8601
  std::vector<AdoptedRevision> revisions;
  bool place_existed = false;
  std::uint32_t made_above = 0;             ///< folders above the place that were missing before the adoption
  std::vector<std::string> folders_before;  ///< folders in the place, on the way of files, that it had before; sorted
  std::vector<std::string> index_wrote;     ///< SHA-256 of the index as hubcache last left it, or will; oldest first
  /// The client has written the index between two adoptions: a release edits the present one, and does not bring back
  /// the one from before.
  bool index_merged = false;
  std::vector<std::string> stayed;           ///< locations that the adoption left as they were; sorted
  std::vector<std::string> added;            ///< while releasing: what was put into the place since, and goes to kept/
  std::optional<FileStamp> place_link = {};  ///< while releasing: of the symlink that comes back as the place
  /// The mount points below which a release could not go on. All else is released: the record covers nothing but what
  /// is below them. Locations; sorted.
  std::vector<std::string> unreleased;
  std::map<std::string, std::optional<std::string>>
      metadata_had;  ///< by location: the bytes before, none if it was not there
  std::map<std::string, std::vector<std::string>> metadata_wrote;  ///< the same for these, as bytes
  bool made_name_link = false;
  std::vector<Entry> entries;  ///< sorted by location

  /// Whether the adoption was begun and not completed.
  bool is_adoption_cut_off() const { return phase == Phase::staging || phase == Phase::applying; }
  const Entry* find(std::string_view location) const;
  const AdoptedRevision* revision(std::string_view name) const;
};

/// nullopt where there is none; an Error where it cannot be read, is not a record of this schema, or may have been
/// written by a user whom `trust` leaves out (see record/origin.h).
Result<std::optional<Record>> load(const std::filesystem::path& folder, Trust trust);
/// The same without `entries`, which are not looked at: quick, however many there are.
Result<std::optional<Record>> load_header(const std::filesystem::path& folder, Trust trust);
Result<std::optional<Record>> load_header(const std::filesystem::path& folder, const OpenedRecord& opened, Trust trust);
/// The file is this user's alone, whatever the umask is.
Result<void> save(const std::filesystem::path& folder, const Record& record);
/// Returns whether the file has the bytes that save() would write.
Result<bool> is_saved(const std::filesystem::path& folder, const Record& record);

}  // namespace hubcache::record
