// Recorded adoptions brought up to date: for a cron job, or for the first line of a job script.
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
  std::vector<std::string> repo_ids;                ///< none: every adopted one
  std::vector<std::string> targets = {};            ///< none: all of the ids' hub, or all
  std::optional<std::filesystem::path> place = {};  ///< as in AdoptRequest; then of one repo
  bool offline = false;                             ///< do not ask the hub
  bool check = false;                               ///< change nothing
  bool trust_owner = false;                         ///< as in ReleaseRequest
  std::function<void(std::string_view)> tell = {};  ///< as in AdoptRequest
};

struct RefreshedRepo {
  std::string repo_id, target;
  RepoType type = RepoType::model;
  std::filesystem::path folder, place;
  bool stale = false;                                              ///< something was, or with `check` is, out of date
  bool unfinished = false;                                         ///< the last command on it had been cut off
  std::uint64_t added = 0, changed = 0, removed = 0, renewed = 0;  ///< as in AdoptReport, of all revisions
  std::uint64_t copied_files = 0, copied_bytes = 0;                ///< likewise
  std::vector<std::string> unread;                                 ///< as in AdoptReport
  std::uint64_t hidden = 0;                                        ///< likewise
  /// Copies that programs had made by the commit, outside of the place, and that do not hold what is adopted now.
  std::vector<std::string> outdated_copies;
  std::vector<std::string> moved_to;  ///< their new names; without `check`
  std::vector<MissingFile> missing;   ///< what the client will still download; as in AdoptReport, of all revisions
  std::vector<std::string> kept;      ///< as in AdoptReport
  std::vector<std::string> warnings;  ///< as in AdoptReport, each once
  std::optional<Error> error;         ///< what kept it from being brought up to date
};

struct RefreshReport {
  bool check = false;
  std::vector<RefreshedRepo> repos;
  std::vector<std::string> notes;  ///< of what was left alone: another user's, or not to be looked at
};

/// Adopts again, as it was asked for: new shas after a push, new, changed and removed files of the folder. One that
/// fails does not stop the others. ErrorCode::failed for a repo id that is not adopted.
Result<RefreshReport> refresh(const Environment& environment, RefreshRequest request);

}  // namespace hubcache
