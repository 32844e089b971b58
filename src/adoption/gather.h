// What the commands need to know before they decide.
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

/// Returns the scan rules for a folder that is adopted at all of these sites: names that belong to any of their targets
/// are excluded.
Result<fs::ScanRules> scan_rules(const std::vector<Site>& sites, const std::filesystem::path& folder,
                                 std::vector<fs::Glob> include, std::vector<fs::Glob> exclude);

/// Holds the place's record folder for one command. What it had to make goes again, if nothing came of it.
class Claim {
 public:
  /// ErrorCode::conflict if another hubcache holds it, or if it is another user's or open to others and `trust` does
  /// not allow that. Afterwards only its owner may write to it.
  static Result<Claim> take(const std::filesystem::path& record_folder, record::Trust trust);
  Claim(Claim&& other) noexcept
      : folder_(std::move(other.folder_)),
        folders_made_(other.folders_made_),
        lock_(std::exchange(other.lock_, std::nullopt)) {}
  /// Removes the lock and the folders that are empty then.
  ~Claim();

 private:
  Claim(std::filesystem::path folder, int folders_made, fs::Lock lock);
  std::filesystem::path folder_;
  int folders_made_;
  std::optional<fs::Lock> lock_;
};

/// ErrorCode::conflict while a client downloads into the place.
Result<void> check_idle(const hub::View& view);

/// As a client would find it, but a place that is itself a symlink counts as empty: it will be replaced.
Result<hub::View> view_to_change(const Site& site);

std::string now_iso8601();              ///< UTC, "2026-12-31T23:59:59Z"
std::string compact(std::string time);  ///< fit for a folder's name: "20261231T235959Z"

}  // namespace hubcache::adoption
