// Gathers what the commands need before they decide, and locks a place.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <hubcache/result.h>

#include "adoption/sites.h"
#include "fs/lock.h"
#include "fs/scan.h"

namespace hubcache::adoption {

struct FolderToScan {
  std::filesystem::path folder;
  const std::vector<std::string>&include, &exclude;  ///< patterns
};

/// Scans a folder that is adopted, or is to be adopted, at all of these sites. Skips the names that belong to any of
/// the targets, and the symlinks that hubcache makes for programs that run in the folder (record::WorkingLink).
/// Forbids the sites' places, temporary folders and record folders, and the folders in `forbidden`.
Result<LocalTree> scan_folder(const Environment& environment, const std::vector<Site>& sites, const FolderToScan& what,
                              std::vector<std::filesystem::path> forbidden = {});

/// Locks the place's record folder for one command.
class Claim {
 public:
  /// Creates the record folder if it is missing, and locks it. Returns ErrorCode::conflict if another hubcache process
  /// holds the lock, or if the folder belongs to another user or others may write to it and `trust` does not allow
  /// that. With Trust::anybody, it tries to remove the others' permission to write to the folder.
  static Result<Claim> take(const std::filesystem::path& record_folder, record::Trust trust);
  Claim(Claim&& other) noexcept
      : folder_(std::move(other.folder_)),
        folders_made_(other.folders_made_),
        lock_(std::exchange(other.lock_, std::nullopt)) {}
  /// Unlocks. If the folder has no record, also removes the lock file and hubcache's folders that are empty, and those
  /// empty folders above them that take() created.
  ~Claim();

 private:
  Claim(std::filesystem::path folder, int folders_made, fs::Lock lock);
  std::filesystem::path folder_;
  int folders_made_;
  std::optional<fs::Lock> lock_;
};

/// Returns ErrorCode::conflict if a client is downloading into the place.
Result<void> check_idle(const hub::View& view);

/// Returns the site's place as its client finds it, except that a place that is a symlink counts as empty: the adoption
/// replaces the symlink.
Result<hub::View> view_to_change(const Site& site);

std::string now_iso8601();              ///< UTC, "2026-12-31T23:59:59Z"
std::string compact(std::string time);  ///< the same for a folder name: "20261231T235959Z"

}  // namespace hubcache::adoption
