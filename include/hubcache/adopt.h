// Makes a client take the files of a local folder as a given repo.
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

/// Version to keep of a file that a client has replaced under an adoption in place.
enum class Winner { mine, hub };

struct AdoptRequest {
  std::string repo_id;                              ///< "owner/name", or "prefix:owner/name" with the prefix of a hub
  std::filesystem::path folder;                     ///< the user's folder; relative to Environment::working_folder
  std::vector<std::string> targets = {};            ///< see hubcache/targets.h; empty: the default target of the id's
                                                    ///< hub
  std::optional<std::filesystem::path> place = {};  ///< for a target whose callers pass the folder at each call
  RepoType type = RepoType::model;
  std::string revision = {};  ///< "": the default revision of the hub's clients
  /// nullopt: hubcache chooses for each file the first kind that works, in the target's order (docs/targets.md).
  /// A named kind is used for all files; if it cannot be used, ErrorCode::conflict.
  std::optional<LinkKind> link;
  bool pin = true;                ///< files stay accepted after a push to the hub
  bool offline = false;           ///< do not ask the hub
  bool require_complete = false;  ///< ErrorCode::difference if the client would still download a file; not with offline
  std::vector<std::string> include, exclude;  ///< patterns in .gitignore syntax, relative to `folder`
  bool match = false;                         ///< adopt only if all files equal the hub's byte for byte; without a pin
  bool partial = false;        ///< with match: adopts the files that equal the hub's, and skips the others
  std::optional<Winner> take;  ///< in place; nullopt: ErrorCode::conflict if a client has replaced a file
  bool dry_run = false;
  /// Continue from a record that another user may have written. If false, such a record is set aside and ignored.
  bool trust_owner = false;
  std::function<void(std::string_view)> tell = {};     ///< called before a long step, with a line for people
  std::function<bool(std::string_view)> ask = {};      ///< called before a copy of more than 1 GiB; false declines the
                                                       ///< copy
  std::function<void(const Progress&)> progress = {};  ///< with match: as in HashRequest
};

/// A file that the hub has and the folder lacks.
struct MissingFile {
  std::string path;
  std::uint64_t size = 0;  ///< bytes
  bool size_known = true;  ///< false: LFS file of unknown size; the hub was not asked for it
  Verdict verdict;
};

struct AdoptReport {
  std::string repo_id, revision, target;
  RepoType type = RepoType::model;
  std::filesystem::path folder, place;
  bool in_place = false, pin = true, dry_run = false;
  bool asked_hub = false;                   ///< false: `missing` is not known
  LinkKind link = LinkKind::symlink;        ///< link kind of most files
  std::map<LinkKind, std::uint64_t> links;  ///< number of files by link kind
  std::uint64_t files = 0;                  ///< all files of the adoption
  std::uint64_t added = 0, changed = 0, removed = 0;
  std::uint64_t renewed = 0;  ///< unchanged files whose index entries were rewritten
  std::uint64_t hidden = 0;   ///< files that clients ignored because they had noted that the hub lacks the files
  std::uint64_t copied_files = 0, copied_bytes = 0;  ///< new and changed files that were copied
  std::uint64_t pinned = 0;                          ///< files that stay accepted after a push to the hub
  std::uint64_t synthetic = 0;                       ///< files whose exact record has a sha that hubcache made up
  std::uint64_t displaced = 0;                       ///< files that were in the way and were moved aside
  std::uint64_t requests = 0;                        ///< HTTP requests to the hub
  std::vector<std::string> kept;                     ///< new paths of files that were in the place but are not
                                                     ///< hubcache's
  std::vector<MissingFile> missing;                  ///< files that the client will still download
  std::vector<std::string> only_here;                ///< files that the hub lacks; sorted
  std::vector<VerifiedFile> unmatched;               ///< with partial: files that differ from the hub's and were
                                                     ///< skipped
  /// Adopted files that the folder may still have but that could not be read: they stay adopted unchanged.
  std::vector<std::string> unread;
  std::vector<std::string> warnings;  ///< sentences for people
};

/// Result for one target.
template <class Report>
struct Outcome {
  std::string target;
  Result<Report> report;
};
template <class Report>
using Outcomes = std::vector<Outcome<Report>>;

/// Adopts for each target in turn, after one scan of the folder and one listing from the hub. On an Error, nothing was
/// changed. A failure at one target does not affect the other targets.
Result<Outcomes<AdoptReport>> adopt_each(const Environment& environment, AdoptRequest request);

/// Adopts for one target: gathers, plans and applies. On an Error, nothing was changed, except for ErrorCode::failed in
/// the middle of applying: then the user's folder is untouched, and adopting again (or release) completes the change.
Result<AdoptReport> adopt(const Environment& environment, const AdoptRequest& request);

struct ReleaseRequest {
  std::string repo_id;                    ///< as in AdoptRequest
  std::vector<std::string> targets = {};  ///< empty: every target of the id's hub that the repo is adopted for
  RepoType type = RepoType::model;
  std::optional<std::filesystem::path> place = {};  ///< as in AdoptRequest
  bool trust_owner = false;  ///< also act on adoptions whose record another user may have written
};

/// Files that a release could not move because they are below a mount point in the place.
struct LeftFiles {
  std::filesystem::path mount_point;
  std::uint64_t files = 0;
};

struct ReleaseReport {
  std::string repo_id, target;
  std::filesystem::path place;
  std::uint64_t removed = 0;      ///< removed links and copies that hubcache had made
  std::uint64_t restored = 0;     ///< files moved back to their previous paths
  bool in_place = false;          ///< the repo was adopted in place
  bool place_is_gone = false;     ///< the place no longer existed; with `in_place`, your files are in `kept`
  bool is_restore = false;        ///< the report is a result of restore_each(), not of release_each()
  std::vector<std::string> kept;  ///< new paths of files that the client or the user put into the place after the
                                  ///< adoption
  /// Not empty: the release is incomplete. Everything else is released; releasing again after unmounting completes it.
  std::vector<LeftFiles> left;
  std::vector<std::string> warnings;
};

/// Undoes adoptions exactly. ErrorCode::failed if there is none.
Result<Outcomes<ReleaseReport>> release_each(const Environment& environment, const ReleaseRequest& request);

/// Puts the user's own files back where a client has replaced or removed them after an adoption in place.
Result<Outcomes<ReleaseReport>> restore_each(const Environment& environment, const ReleaseRequest& request);

/// Like release_each() and restore_each(), for one adoption; ErrorCode::usage if several adoptions match the request.
Result<ReleaseReport> release(const Environment& environment, const ReleaseRequest& request);
Result<ReleaseReport> restore(const Environment& environment, const ReleaseRequest& request);

}  // namespace hubcache
