// Removes what clients, and killed commands, have left in the clients' caches.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

enum class Leftover {
  unfinished,      ///< a part of a file, or another temporary file, that was not written for a day
  lock,            ///< a lock file that no process holds
  broken_link,     ///< a symlink of the client to a content that does not exist
  unused_content,  ///< a content that no revision uses, and no repo if the repos share the contents
  removed,         ///< the rest of a removal that was killed
  adoption,        ///< an adoption whose folder does not exist any more
};
std::string_view name_of(Leftover what);

/// The leftovers of one kind in the folders of one repo, or in a folder that the repos of a cache share.
struct LeftoverGroup {
  Leftover what = Leftover::unfinished;
  std::string repo_id = {}, hub = {}, target = {},
              type = {};              ///< as in CachedRepo; `repo_id` and `type` are "" for a shared folder
  std::filesystem::path folder = {};  ///< the place, or the shared folder; for an adoption: its missing folder
  std::vector<std::filesystem::path> paths = {};  ///< sorted; empty for an adoption
  std::uint64_t disk_size = 0;  ///< bytes that the removal frees; files with other hard links free nothing
  std::string why_left = {};    ///< why some of it stays: a sentence for users; "" if all of it goes
  /// New paths of files that another program has changed meanwhile, and whose name it has given to another file.
  std::vector<std::string> kept = {};
};

struct PruneReport {
  std::vector<LeftoverGroup> groups = {};
  std::uint64_t disk_size = 0;          ///< of the groups that go
  bool dry_run = false;                 ///< nothing was changed
  std::vector<std::string> notes = {};  ///< folders that cannot be read

  bool is_complete() const;  ///< false: something was left
};

struct PruneRequest {
  std::vector<std::string> repo_ids = {};  ///< as in RemoveCachedRequest; empty: all, and the folders that repos share
  std::vector<std::string> targets = {};   ///< empty: all targets
  bool dry_run = false;
  /// Gets the plan before anything is changed. False: ErrorCode::conflict, and nothing is changed. Empty: as true.
  std::function<bool(const PruneReport& plan)> confirm = {};
};

/// Removes what is left over in the caches. What a client or another process uses is left and named. Of adopted repos
/// it removes only the adoption itself, by a release, and only if the adopted folder does not exist.
///
/// hubcache moves each file to a folder of its own, and there deletes it only if it is still the file of the plan and
/// nobody has begun to use it. Otherwise hubcache moves it back.
Result<PruneReport> prune(const Environment& environment, const PruneRequest& request = {});

std::string to_text(const PruneReport& report);
/// Returns the plan and the question whether to carry it out, without a line end.
std::string question_about(const PruneReport& plan);
std::string to_json(const PruneReport& report);

}  // namespace hubcache
