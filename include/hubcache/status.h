// What stands in a client's places, and what the client will do with it.
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
  std::vector<std::string> repo_ids;                ///< none: every repo in the targets' places
  std::vector<std::string> targets = {};            ///< none: all of the ids' hub, or all
  std::optional<std::filesystem::path> place = {};  ///< as in AdoptRequest; then of one repo
  bool offline = false;                             ///< judge by what was recorded
};

struct FileStatus {
  std::string path;
  std::uint64_t size = 0;  ///< bytes, as the hub says; of a file that the hub does not have, as on this machine
  bool size_known = true;  ///< false: it may be the size of an LFS file's pointer
  std::optional<std::uint64_t> placed_size = {};  ///< bytes that a program reads from the file in the place, if any
  /// Whether the hub has the file (offline: as far as is recorded). nullopt: the hub has never been asked.
  std::optional<bool> on_hub = false;
  bool adopted = false;
  Verdict snapshot, single_file;
  std::string revision = {};  ///< that the verdicts are for; "" of a file that is on this machine only
};

enum class RepoState {
  adopted,     ///< by hubcache
  complete,    ///< not adopted; as far as is known, the client downloads nothing
  partial,     ///< not adopted; the client would download files
  damaged,     ///< the index cannot be read, or holds a record at which the client raises; or see RepoStatus::error
  empty,       ///< no files
  unreadable,  ///< this user may not look at the place or at its record; see RepoStatus::error
};
std::string_view name_of(RepoState state);

struct Aside {
  std::filesystem::path folder;
  std::uint64_t files = 0, bytes = 0;
};

/// Files of a place.
struct PlacedFiles {
  std::uint64_t files = 0, bytes = 0;
};

/// Counts the changes of an adoption that the client does not see through a link. A refresh takes them.
struct FolderChanges {
  bool is_missing = false;                            ///< the folder does not exist
  std::uint64_t added = 0, changed = 0, removed = 0;  ///< files
  std::uint64_t unread = 0;                           ///< adopted files that cannot be looked at now
  std::uint64_t replaced = 0;  ///< adopted files in the place that are others now: replaced, edited or removed there
};

/// What the client will do at its next snapshot, and how that is known.
struct Outlook {
  bool asked_hub = false;
  bool is_known = false;  ///< false: nothing says what the hub has beside the adopted files
  /// Adopted offline, under a version that hubcache made up: the client takes the files while it cannot reach the hub.
  bool has_made_up_version = false;
  bool hub_refuses = false;          ///< the hub answers that it does not give the listing: no such repo, or the token
  std::string hub_error;             ///< why the hub's listing is not known
  std::optional<bool> hub_moved_on;  ///< since the adoption
  std::uint64_t downloads = 0, download_bytes = 0, losses = 0;
  std::uint64_t raises = 0;  ///< files for which the client raises an exception
  std::uint64_t stuck = 0;   ///< of `downloads`, those that never arrive
  /// Why the client raises an exception before it comes to any file; "" where it does not.
  std::string client_raises;
};

struct RevisionStatus : Outlook {
  std::string revision;
};

/// Its own outlook is that of all its revisions together.
struct RepoStatus : Outlook {
  std::string repo_id, target;
  RepoType type = RepoType::model;
  std::filesystem::path place;
  RepoState state = RepoState::complete;
  PlacedFiles placed;                       ///< what programs find in the place; links are followed
  std::string adopted_at;                   ///< UTC, ISO 8601; of an adopted one
  std::filesystem::path folder;             ///< the user's; of an adopted one
  LinkKind link = LinkKind::symlink;        ///< of most files
  std::map<LinkKind, std::uint64_t> links;  ///< how many files have which kind
  std::string owner;      ///< of an adoption whose record is not trusted: who wrote it; hubcache leaves it alone
  FolderChanges changes;  ///< of an adopted one
  bool pin = false, unfinished = false;
  std::uint64_t adopted = 0, pinned = 0;    ///< files of the adoption; those that stay accepted after a push to the hub
  std::vector<std::string> revisions;       ///< adopted ones; else the default one, which the hub was asked for
  std::string error;                        ///< why the adoption's record, or the place, cannot be looked at
  std::vector<RevisionStatus> by_revision;  ///< one for each of `revisions`
  std::vector<std::string> only_here;       ///< adopted files that the hub does not have, as far as is known; sorted
  std::vector<std::string> hidden;          ///< adopted files that clients do not look at, by notes of theirs; sorted
  /// Copies that programs have made by the commit, outside of the place, and that do not hold what is adopted now.
  std::vector<std::string> outdated_copies;
  Aside displaced, originals, kept;
  std::vector<std::string> notes;  ///< what is to be said aloud
  std::vector<FileStatus> files;   ///< for each revision; sorted by path
};

struct StatusReport {
  std::vector<RepoStatus> repos;
  std::vector<std::string> notes;  ///< of the environment as a whole, and of folders that cannot be looked into
  bool is_complete = true;         ///< false: a repo that was asked for by name could not be looked at
};

/// The folder in which the target looks for the repo; it may not exist.
Result<std::filesystem::path> place_of(const Environment& environment, std::string_view target, RepoType type,
                                       std::string_view repo_id);

Result<StatusReport> status(const Environment& environment, StatusRequest request);

struct PredictRequest {
  std::string repo_id;
  std::optional<std::string> target = {};           ///< none: the default one of the id's hub
  std::optional<std::filesystem::path> place = {};  ///< as in AdoptRequest
  RepoType type = RepoType::model;
  std::string revision = {};  ///< as in AdoptRequest
  bool offline = false;
};

/// What the client will do with each file of one repo at its next run. ErrorCode::hub where the hub cannot be asked.
Result<std::vector<FileStatus>> predict(const Environment& environment, PredictRequest request);

}  // namespace hubcache
