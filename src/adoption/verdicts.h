// Predicts what a client will do with each file of one repo.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <hubcache/status.h>

#include "hub/target.h"
#include "record/record.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

/// What the verdicts on one place depend on, apart from the hub.
struct PlaceFacts {
  const hub::Target& target;
  const hub::View& view;
  const std::optional<record::Record>& record;
  hub::ClientSettings settings;
  bool is_writable = true;  ///< as far as the client writes at every run
};

/// A revision's files as far as they are known.
struct KnownListing {
  RemoteTree tree;
  bool asked_hub = false;  ///< false: the tree is what this machine has recorded
};

/// Collects the verdicts, revision by revision, on the hub's files; then on the files that only the place holds.
class Verdicts {
 public:
  explicit Verdicts(const PlaceFacts& facts) : facts_(facts) {}

  void add(const RepoRef& repo, const KnownListing& listing);
  /// Sorted by path.
  std::vector<FileStatus> files() &&;

 private:
  FileStatus verdicts_on(const RemoteFile& file, const RelPath* at, bool asked_hub) const;
  void add_local_files();

  const PlaceFacts& facts_;
  std::vector<FileStatus> files_;
  std::vector<std::string> locations_;  ///< of the listed files
};

/// Whether the adoption of the revision knows which files the hub has: the hub was asked at least once.
bool has_asked_hub(const record::Record& record, std::string_view revision);

/// Whether the target keeps the files under a version that hubcache made up, since the hub was not asked: its client
/// takes them as long as it cannot reach the hub.
bool has_made_up_version(const PlaceFacts& facts, const RepoRef& repo, std::string_view version);

/// Returns the version that the client has stored for an adopted revision since the adoption: offline, the client uses
/// the files of that version. Returns "" if the adopted version is still the client's.
std::string version_after_adoption(const PlaceFacts& facts, const RepoRef& repo);

}  // namespace hubcache::adoption
