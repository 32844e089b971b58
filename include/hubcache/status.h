// Reports cached repos and predicts the client's next run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/link.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>
#include <hubcache/verdict.h>

namespace [[gnu::visibility("default")]] hubcache {

struct StatusRequest {
  std::vector<std::string> repo_ids;                ///< empty: every repo in the targets' places
  std::vector<std::string> targets = {};            ///< empty: all targets of the ids' hub, or all
  std::optional<std::filesystem::path> place = {};  ///< as in AdoptRequest; requires exactly one repo
  bool offline = false;                             ///< compare with the recorded hub state
};

struct FileStatus {
  std::string path;
  std::uint64_t size = 0;  ///< bytes, as the hub says; if the hub lacks the file, as on this machine
  bool size_known = true;  ///< false: the size may be that of an LFS file's pointer
  std::optional<std::uint64_t> placed_size = {};  ///< bytes that a program reads from the file in the place, if any
  /// True if the hub has the file (offline: as far as recorded). nullopt: the hub has never been asked.
  std::optional<bool> on_hub = false;
  bool adopted = false;
  Verdict snapshot, single_file;
  std::string revision = {};  ///< revision of the verdicts; "" for a file that only this machine has
};

enum class RepoState {
  adopted,     ///< by hubcache
  complete,    ///< not adopted; as far as known, the client downloads nothing
  partial,     ///< not adopted; the client would download files or raise an exception at files
  damaged,     ///< the index cannot be read, or an index entry makes the client raise; or see RepoStatus::error
  empty,       ///< no files
  unreadable,  ///< this user may not read the place or its record; see RepoStatus::error
};
std::string_view name_of(RepoState state);

struct Aside {
  std::filesystem::path folder;
  std::uint64_t files = 0, bytes = 0;
};

/// Counts the files of a place.
struct PlacedFiles {
  std::uint64_t files = 0, bytes = 0;
};

/// Counts the changes since an adoption that the client does not see through a link. A refresh adopts them.
struct FolderChanges {
  bool is_missing = false;                            ///< the folder does not exist
  std::uint64_t added = 0, changed = 0, removed = 0;  ///< files
  std::uint64_t unread = 0;                           ///< adopted files that cannot be read now
  std::uint64_t replaced = 0;  ///< adopted files that were replaced, edited or removed in the place
};

/// Prediction of what the client does at its next snapshot, and the facts that it is based on.
struct Outlook {
  bool asked_hub = false;
  bool is_known = false;  ///< false: it is unknown which files the hub has besides the adopted ones
  /// Adopted offline under a version that hubcache made up: the client takes the files while it cannot reach the hub.
  bool has_made_up_version = false;
  bool hub_refuses = false;          ///< the hub refuses the listing: no such repo, or the token is rejected
  std::string hub_error;             ///< why the hub's listing is unknown
  std::optional<bool> hub_moved_on;  ///< the hub has changed since the adoption
  /// The client has stored another version since the adoption: offline, it uses the files of that version instead of
  /// the adopted files.
  bool cache_moved_on = false;
  std::uint64_t downloads = 0, download_bytes = 0, losses = 0;
  std::uint64_t missed = 0;  ///< files for which a client that requests each file by itself gets None
  std::uint64_t raises = 0;  ///< files for which the client raises an exception
  std::uint64_t stuck = 0;   ///< subset of `downloads`: files that never arrive
  /// Why the client raises an exception before it processes any file; "" if it does not.
  std::string client_raises;
};

struct RevisionStatus : Outlook {
  std::string revision;
};

/// The repo's own Outlook sums up all its revisions.
struct RepoStatus : Outlook {
  std::string repo_id, target;
  RepoType type = RepoType::model;
  std::filesystem::path place;
  RepoState state = RepoState::complete;
  PlacedFiles placed;                       ///< files that programs find in the place; links are followed
  std::string adopted_at;                   ///< UTC, ISO 8601; adopted repos only
  std::filesystem::path folder;             ///< the user's folder; adopted repos only
  LinkKind link = LinkKind::symlink;        ///< link kind of most files
  std::map<LinkKind, std::uint64_t> links;  ///< number of files by link kind
  std::filesystem::path client_place;  ///< where the client looks in this environment, if that is another place and
                                       ///< the repo is not adopted there; adopted repos only
  std::string owner;      ///< for an adoption with an untrusted record, which hubcache does not touch: the user who
                          ///< owns the record
  FolderChanges changes;  ///< adopted repos only
  bool pin = false, unfinished = false;
  std::uint64_t adopted = 0, pinned = 0;    ///< files of the adoption; files that stay accepted after a push to the hub
  std::vector<std::string> revisions;       ///< adopted revisions; else the default revision, which the hub was asked
                                            ///< for
  std::string error;                        ///< why the adoption's record or the place cannot be read
  std::vector<RevisionStatus> by_revision;  ///< one for each of `revisions`
  std::vector<std::string> only_here;       ///< adopted files that the hub lacks, as far as known; sorted
  std::vector<std::string> hidden;          ///< adopted files that clients ignore because of their own notes; sorted
  /// Outdated copies of the adopted files that programs keep outside the place, in folders named after the commit.
  std::vector<std::string> outdated_copies;
  /// The folders in which the client finds the adopted files by a symlink in the folder, and those in which the symlink
  /// is missing, so that the client downloads all files; for clients that look for files in their working folder.
  std::vector<std::string> working_folders, missing_links;
  Aside displaced, originals, kept;
  std::vector<std::string> notes;  ///< remarks that are always printed
  std::vector<FileStatus> files;   ///< for each revision; sorted by path
};

struct StatusReport {
  std::vector<RepoStatus> repos;
  std::vector<std::string> notes;  ///< about the environment as a whole, and folders that cannot be read
  bool is_complete = true;         ///< false: a repo that was named in the request could not be examined
};

/// Returns the folder in which the target looks for the repo; the folder may not exist.
Result<std::filesystem::path> place_of(const Environment& environment, std::string_view target, RepoType type,
                                       std::string_view repo_id);

Result<StatusReport> status(const Environment& environment, StatusRequest request);

struct PredictRequest {
  std::string repo_id;
  std::optional<std::string> target = {};           ///< nullopt: the default target of the id's hub
  std::optional<std::filesystem::path> place = {};  ///< as in AdoptRequest
  RepoType type = RepoType::model;
  std::string revision = {};  ///< as in AdoptRequest
  bool offline = false;
};

/// Predicts for each file of one repo what the client will do at its next run. ErrorCode::hub if the hub cannot be
/// asked.
Result<std::vector<FileStatus>> predict(const Environment& environment, PredictRequest request);

}  // namespace hubcache
