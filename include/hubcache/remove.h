// Removes cached repos from the clients' caches.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

/// A cached repo that the user has named. The first members are those of CachedRepo.
struct CachedRemoval {
  std::string repo_id = {}, hub = {}, target = {}, type = {};
  std::filesystem::path place = {};
  std::uint64_t files = 0;      ///< files and symlinks in its folders, also those of the client
  std::uint64_t disk_size = 0;  ///< bytes that the removal frees; files with other hard links free nothing
  /// Why hubcache leaves the repo, or a part of it, as it is: a sentence for users; "" if the whole repo is removed.
  std::string why_left = {};
  /// New paths of files that another program has put there, or changed, after hubcache had made its plan.
  std::vector<std::string> kept = {};
};

struct RemoveCachedReport {
  std::vector<CachedRemoval> repos = {};
  std::uint64_t disk_size = 0;  ///< of the repos that are removed
  bool dry_run = false;         ///< nothing was changed

  bool is_complete() const;  ///< false: some of the repos were left
};

struct RemoveCachedRequest {
  /// Ids as `hubcache ls` prints them, with the prefix of their hub: also without an owner, if the client names the
  /// repo so. With `targets`, the prefix may be missing.
  std::vector<std::string> repo_ids;
  std::vector<std::string> targets = {};  ///< empty: all targets
  std::optional<std::string> type = {};   ///< CachedRepo::type; needed if an id is cached with several types
  bool dry_run = false;
  /// Gets the plan before anything is changed. False: ErrorCode::conflict, and nothing is changed. Empty: as true.
  std::function<bool(const RemoveCachedReport& plan)> confirm = {};
};

/// Removes the repos from the caches of all versions of the clients. Leaves and names a repo that is adopted (release
/// it first: its files are the user's), that an adoption of another repo needs, that a client is downloading, that has
/// a file that a process has open, mapped or as its working folder, whose place is a symlink or a folder that a program
/// has named (local_dir), that another user owns in part, or that contains a mount point. Symlinks are removed, never
/// followed. Processes of other users are seen only by root, processes of other machines not at all.
///
/// hubcache moves the folders of a repo away by one rename each, so that a client finds either the whole repo or none
/// of it, and then deletes exactly the files of its plan. If it is killed, the rest is in hubcache's own folder beside
/// the cache; the next removal of the repo deletes it. ErrorCode::failed if a repo is not cached, ErrorCode::usage if
/// it is cached with several types: then nothing is changed.
Result<RemoveCachedReport> remove_cached(const Environment& environment, const RemoveCachedRequest& request);

std::string to_text(const RemoveCachedReport& report);
/// Returns the plan and the question whether to carry it out, without a line end.
std::string question_about(const RemoveCachedReport& plan);
std::string to_json(const RemoveCachedReport& report);

}  // namespace hubcache
