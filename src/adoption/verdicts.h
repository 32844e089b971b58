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

/// The data that the verdicts on one place depend on, apart from the hub.
struct PlaceFacts {
  const hub::Target& target;
  const hub::View& view;
  const std::optional<record::Record>& record;
  hub::ClientSettings settings;
  bool is_writable = true;  ///< false: every client raises because it may not write what it writes at every run
};

/// The known files of a revision.
struct KnownListing {
  RemoteTree tree;
  bool asked_hub = false;  ///< false: the tree comes from this machine's records
};

/// Collects verdicts: on the hub's files, revision by revision; then on the files that exist only in the place.
class Verdicts {
 public:
  explicit Verdicts(const PlaceFacts& facts) : facts_(facts) {}

  void add(const RepoRef& repo, const KnownListing& listing);
  /// Returns the verdicts, sorted by path.
  std::vector<FileStatus> files() &&;

 private:
  FileStatus verdicts_on(const RemoteFile& file, const RelPath* at, bool asked_hub) const;
  void add_local_files();

  const PlaceFacts& facts_;
  std::vector<FileStatus> files_;
  std::vector<std::string> locations_;  ///< locations of the listed files
};

/// True if the adoption of the revision knows which files the hub has: hubcache has asked the hub at least once.
bool has_asked_hub(const record::Record& record, std::string_view revision);

/// True if the files are stored under a version that hubcache made up because it did not ask the hub: the client uses
/// them as long as it cannot reach the hub.
bool has_made_up_version(const PlaceFacts& facts, const RepoRef& repo, std::string_view version);

/// Returns the version that the client has stored for an adopted revision since the adoption; offline, the client uses
/// the files of that version. Returns "" if the client still has the adopted version.
std::string version_after_adoption(const PlaceFacts& facts, const RepoRef& repo);

}  // namespace hubcache::adoption
