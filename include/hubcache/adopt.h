// Make a client take the files of a local folder as a given repo.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
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
#include <hubcache/verify.h>

namespace [[gnu::visibility("default")]] hubcache {

/// Which version of a file wins that a client has replaced under an adoption in place.
enum class Winner { mine, hub };

struct AdoptRequest {
  std::string repo_id;                              ///< "owner/name", or "prefix:owner/name" with the prefix of a hub
  std::filesystem::path folder;                     ///< the user's; relative to Environment::working_folder
  std::vector<std::string> targets = {};            ///< see hubcache/targets.h; none: the default one of the id's hub
  std::optional<std::filesystem::path> place = {};  ///< for a target that is told its folder at each call
  RepoType type = RepoType::model;
  std::string revision = {};  ///< "": the one that clients of the target's hub take by default
  /// None: decided for each file, by the first kind that works, in the target's order (docs/targets.md).
  /// A kind that is named is used for all files, or ErrorCode::conflict.
  std::optional<LinkKind> link;
  bool pin = true;                ///< also accept after a push to the hub
  bool offline = false;           ///< do not ask the hub
  bool require_complete = false;  ///< ErrorCode::difference if the client would still download something; not offline
  std::vector<std::string> include, exclude;  ///< patterns as git's, relative to `folder`
  bool match = false;    ///< only what is the hub's byte for byte, and without a pin: as the client's own
  bool partial = false;  ///< with match: the files that are the same, whatever the others are
  std::optional<Winner> take;
  bool dry_run = false;
  /// Go on from a record that another user can have written; else such a record is set aside, and nothing of it is
  /// used.
  bool trust_owner = false;
  std::function<void(std::string_view)> tell = {};  ///< called with a line for people before a long step
  std::function<bool(std::string_view)> ask = {};   ///< called before a copy of more than 1 GiB; false: it is not made
  std::function<void(const Progress&)> progress = {};  ///< with match: as in HashRequest
};

/// A file that the hub has and the folder lacks.
struct MissingFile {
  std::string path;
  std::uint64_t size = 0;  ///< bytes
  bool size_known = true;  ///< false: an LFS file whose real size was not asked for
  Verdict verdict;
};

struct AdoptReport {
  std::string repo_id, revision, target;
  RepoType type = RepoType::model;
  std::filesystem::path folder, place;
  bool in_place = false, pin = true, dry_run = false;
  bool asked_hub = false;                   ///< false: `missing` is not known
  LinkKind link = LinkKind::symlink;        ///< of most files
  std::map<LinkKind, std::uint64_t> links;  ///< how many files have which kind
  std::uint64_t files = 0;                  ///< all that the adoption covers now
  std::uint64_t added = 0, changed = 0, removed = 0;
  std::uint64_t renewed = 0;  ///< others whose records in the client's index were not as they should be
  std::uint64_t hidden = 0;   ///< files that clients did not look at, by their notes that the hub does not have them
  std::uint64_t copied_files = 0, copied_bytes = 0;  ///< of files that are new or changed
  std::uint64_t pinned = 0;                          ///< files that stay accepted after a push to the hub
  std::uint64_t synthetic = 0;                       ///< files whose exact record is not the hub's sha
  std::uint64_t displaced = 0;                       ///< things that stood in the way and were moved aside
  std::uint64_t requests = 0;                        ///< asked of the hub
  std::vector<std::string> kept;                     ///< where things went that hubcache did not put into the place
  std::vector<MissingFile> missing;                  ///< what the client will still download
  std::vector<std::string> only_here;                ///< files that the hub does not have; sorted
  std::vector<VerifiedFile> unmatched;               ///< with partial: what is not the hub's, and was left out
  /// Adopted files that the folder may still have, but that could not be read: they stay adopted as they were.
  std::vector<std::string> unread;
  std::vector<std::string> warnings;  ///< sentences for people
};

/// What came of one target.
template <class Report>
struct Outcome {
  std::string target;
  Result<Report> report;
};
template <class Report>
using Outcomes = std::vector<Outcome<Report>>;

/// For each target in turn, after one look at the folder and one at the hub. On an Error nothing was done; a failure at
/// one target leaves the others as they are.
Result<Outcomes<AdoptReport>> adopt_each(const Environment& environment, AdoptRequest request);

/// For one target: gathers, plans and applies. On an Error nothing was changed, but for ErrorCode::failed in the middle
/// of applying: then the user's folder is untouched, and adopting again (or release) completes.
Result<AdoptReport> adopt(const Environment& environment, const AdoptRequest& request);

struct ReleaseRequest {
  std::string repo_id;                    ///< as in AdoptRequest
  std::vector<std::string> targets = {};  ///< none: every one of the id's hub that the repo is adopted for
  RepoType type = RepoType::model;
  std::optional<std::filesystem::path> place = {};  ///< as in AdoptRequest
  bool trust_owner = false;  ///< also act on adoptions whose record another user can have written
};

/// Files that a release could not move, since they are below a mount point in the place.
struct LeftFiles {
  std::filesystem::path mount_point;
  std::uint64_t files = 0;
};

struct ReleaseReport {
  std::string repo_id, target;
  std::filesystem::path place;
  std::uint64_t removed = 0;      ///< links and copies of hubcache's own that are gone
  std::uint64_t restored = 0;     ///< files that are back where they were
  bool in_place = false;          ///< the repo was adopted in place
  bool is_restore = false;        ///< the report is of restore_each(), not of release_each()
  std::vector<std::string> kept;  ///< where things went that the client or the user put into the place since
  /// Not empty: the release is incomplete. All else is released; releasing again after unmounting completes it.
  std::vector<LeftFiles> left;
  std::vector<std::string> warnings;
};

/// Undoes adoptions exactly. ErrorCode::failed where there is none.
Result<Outcomes<ReleaseReport>> release_each(const Environment& environment, const ReleaseRequest& request);

/// After adoptions in place: puts the user's own files back where a client has replaced or removed them.
Result<Outcomes<ReleaseReport>> restore_each(const Environment& environment, const ReleaseRequest& request);

/// The same for one adoption; ErrorCode::usage where several answer to the request.
Result<ReleaseReport> release(const Environment& environment, const ReleaseRequest& request);
Result<ReleaseReport> restore(const Environment& environment, const ReleaseRequest& request);

}  // namespace hubcache
