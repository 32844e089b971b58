// Publishes a repo in a store, from which other machines get it; and the commands on such a store.
//
// A store is a bucket of an S3 service ("s3://bucket/prefix") or a folder. docs/formats/store.md describes its content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/environment.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

struct PublishRequest {
  std::string repo_id;                               ///< owner/name, with the hub's prefix if it has one
  std::optional<std::filesystem::path> folder = {};  ///< nullopt: the folder from which the repo is adopted
  std::string store;
  std::string revision = {};  ///< branch or tag; "": the adopted revision, else the hub's default
  RepoType type = RepoType::model;
  bool verify = false;                     ///< read all files back from the store and compare them
  std::optional<std::string> expect = {};  ///< the commit that the revision must have before; "none": it must not exist
  bool dry_run = false;                    ///< change nothing in the store
  bool trust_owner = false;                ///< as in ReleaseRequest
  std::function<void(std::string_view)> tell = {};     ///< gets a line for people if the command has to wait
  std::function<void(const Progress&)> progress = {};  ///< as in HashRequest; restarts for hashing, sending, verifying
};

struct PublishReport {
  std::string repo_id;  ///< with the hub's prefix
  std::string hub, revision, store;
  RepoType type = RepoType::model;
  std::filesystem::path folder;
  std::string commit;                   ///< 40 hex digits; the same files have the same commit
  std::optional<std::string> previous;  ///< the commit that the revision had before
  std::uint64_t files = 0, bytes = 0;
  std::uint64_t uploaded = 0, uploaded_bytes = 0;  ///< different contents that the store lacked
  bool verified = false, dry_run = false;
  std::vector<std::string> warnings = {};  ///< sentences for people
};

/// Publishes the files of a folder as the repo's revision: their contents first, then the commit, then the revision. If
/// it is interrupted, the revision is the old one, and the next call goes on. ErrorCode::failed if a file cannot be
/// read or is left out; ErrorCode::conflict if a file changes meanwhile or the store is being cleaned;
/// ErrorCode::difference if the revision has another commit than `expect`.
Result<PublishReport> publish(const Environment& environment, const PublishRequest& request);

/// A revision in a store.
struct PublishedRevision {
  std::string repo_id;  ///< with the hub's prefix
  std::string hub, revision, commit;
  RepoType type = RepoType::model;
  std::int64_t time = 0;          ///< when it was published, in seconds since 1970
  std::string published_by = {};  ///< user@host, as the publisher's machine named them; "" if it is unknown
  std::uint64_t files = 0, bytes = 0;
};

struct StoreListReport {
  std::string store;
  std::vector<PublishedRevision> revisions;  ///< sorted by repo
  std::vector<std::string> unreadable = {};  ///< sentences for people: what cannot be listed, and why
};
Result<StoreListReport> list_store(const Environment& environment, const std::string& name);

struct PublishedFileInfo {
  std::string path;
  std::uint64_t size = 0;
  std::string sha256;
};
struct StoreShowReport {
  std::string store;
  PublishedRevision revision;
  std::vector<PublishedFileInfo> files;  ///< sorted by path
};

struct StoredRepoRequest {
  std::string store, repo_id;
  std::string revision = {};  ///< "": the hub's default; for remove_from_store() all revisions
  RepoType type = RepoType::model;
};
/// ErrorCode::failed if the store does not have the revision.
Result<StoreShowReport> show_in_store(const Environment& environment, const StoredRepoRequest& request);

struct StoreRemoveReport {
  std::string store;
  std::vector<PublishedRevision> removed;  ///< `files` and `bytes` are 0
};
/// Removes revisions. Their contents stay until collect_garbage() removes them.
Result<StoreRemoveReport> remove_from_store(const Environment& environment, const StoredRepoRequest& request);

struct StoreGcRequest {
  std::string store;
  bool dry_run = false;
};
struct StoreGcReport {
  std::string store;
  std::uint64_t kept = 0, kept_bytes = 0;        ///< contents that a revision or a commit of the last 7 days uses
  std::uint64_t removed = 0, removed_bytes = 0;  ///< other contents that are older than 24 hours
  std::uint64_t young = 0;                       ///< other contents, which stay for now
  std::uint64_t commits = 0, uploads = 0;        ///< removed commits, and interrupted uploads
  bool dry_run = false;
};
/// Removes contents that no revision uses. ErrorCode::conflict if somebody publishes or collects at present. Removes
/// nothing if a revision or a commit cannot be read.
Result<StoreGcReport> collect_garbage(const Environment& environment, const StoreGcRequest& request);

struct StoreCheck {
  std::string what;  ///< for people, for example "a wrong SHA-256 is refused"
  bool works = false;
  std::string detail = {};       ///< why it does not work
  std::string consequence = {};  ///< what follows if it does not work
  bool is_needed = true;         ///< false: publishing works without it
};
struct StoreCheckReport {
  std::string store;
  std::vector<StoreCheck> checks;
  bool is_usable() const;  ///< everything works that publishing needs
};
/// Tries the operations that hubcache needs, with objects below "check/", which it removes.
Result<StoreCheckReport> check_store(const Environment& environment, const std::string& name);

/// Reports as text for a terminal, and as JSON (docs/json.md).
std::string to_text(const PublishReport& report);
std::string to_json(const PublishReport& report);
std::string to_text(const StoreListReport& report);
std::string to_json(const StoreListReport& report);
std::string to_text(const StoreShowReport& report);
std::string to_json(const StoreShowReport& report);
std::string to_text(const StoreRemoveReport& report);
std::string to_json(const StoreRemoveReport& report);
std::string to_text(const StoreGcReport& report);
std::string to_json(const StoreGcReport& report);
std::string to_text(const StoreCheckReport& report);
std::string to_json(const StoreCheckReport& report);

}  // namespace hubcache
