// Updates recorded adoptions: for a cron job, or for the first line of a job script.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/adopt.h>
#include <hubcache/environment.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

struct RefreshRequest {
  std::vector<std::string> repo_ids;                ///< empty: every adopted repo
  std::vector<std::string> targets = {};            ///< empty: all targets of the ids' hub, or all
  std::optional<std::filesystem::path> place = {};  ///< as in AdoptRequest; requires exactly one repo
  bool offline = false;                             ///< do not ask the hub
  bool check = false;                               ///< change nothing
  bool trust_owner = false;                         ///< as in ReleaseRequest
  std::function<void(std::string_view)> tell = {};  ///< as in AdoptRequest
};

struct RefreshedRepo {
  std::string repo_id, target;
  RepoType type = RepoType::model;
  std::filesystem::path folder, place;
  bool stale = false;                                              ///< true: it was out of date; with `check`: it is
                                                                   ///< out of date
  bool unfinished = false;                                         ///< the last command on the repo was interrupted
  std::uint64_t added = 0, changed = 0, removed = 0, renewed = 0;  ///< as in AdoptReport, for all revisions
  std::uint64_t copied_files = 0, copied_bytes = 0;                ///< as in AdoptReport, for all revisions
  std::vector<std::string> unread;                                 ///< as in AdoptReport
  std::uint64_t hidden = 0;                                        ///< as in AdoptReport
  /// Outdated copies of the adopted files that programs keep outside the place, in folders named after the commit.
  std::vector<std::string> outdated_copies;
  std::vector<std::string> moved_to;  ///< new paths of outdated_copies; empty with `check`
  std::vector<MissingFile> missing;   ///< files that the client will still download; as in AdoptReport, for all
                                      ///< revisions
  std::vector<std::string> kept;      ///< as in AdoptReport
  std::vector<std::string> warnings;  ///< as in AdoptReport, without duplicates
  std::optional<Error> error;         ///< why the repo could not be refreshed
};

struct RefreshReport {
  bool check = false;
  std::vector<RefreshedRepo> repos;
  std::vector<std::string> notes;  ///< about skipped records: another user's, or unreadable
};

/// Adopts again with the recorded options: takes new shas after a push, and new, changed and removed files of the
/// folder. A repo that fails does not stop the others. ErrorCode::failed for a repo id that is not adopted.
Result<RefreshReport> refresh(const Environment& environment, RefreshRequest request);

}  // namespace hubcache
