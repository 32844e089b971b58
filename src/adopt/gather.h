// What the commands need to know before they decide.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "fs/lock.h"
#include "fs/scan.h"
#include "record/record.h"
#include "target/target.h"

namespace hubcache::adoption {

/// A repo in a target's place. RepoRef, Place and View are checked values from here on.
struct Site {
  const target::Target* target;
  RepoRef repo;
  target::Place place;
};
/// `place`: for a target that is told its folder at each call.
Result<Site> find_site(const Environment& environment, std::string_view target, RepoType type, std::string_view repo_id,
                       std::string_view revision, const std::optional<std::filesystem::path>& place = {});

/// Whether the place or the record exists.
bool is_anything(const Site& site);

/// All that stands in the target's places, and what hubcache remembers of other places.
Result<std::vector<Site>> all_sites(const Environment& environment, const target::Target& target);

/// Where these repos stand, as models and as data sets; where one stands nowhere, where it would as a model.
Result<std::vector<Site>> asked_sites(const Environment& environment, const std::string& target, const std::vector<std::string>& repo_ids,
                                      const std::optional<std::filesystem::path>& place);

/// What of a user's folder is taken for the site.
fs::ScanRules scan_rules(const Site& site, const std::filesystem::path& folder, std::vector<fs::Glob> include,
                         std::vector<fs::Glob> exclude);

/// Without symlinks, as far as it exists.
std::filesystem::path real_path(const std::filesystem::path& name);

/// Holds the place's record folder for one command. What it had to make goes again, if nothing came of it.
class Claim {
 public:
  /// ErrorCode::conflict if another hubcache holds it.
  static Result<Claim> take(const std::filesystem::path& record_folder);
  Claim(Claim&& other) noexcept
      : folder_(std::move(other.folder_)), folders_made_(other.folders_made_), lock_(std::exchange(other.lock_, std::nullopt)) {}
  /// Removes the lock and the folders that are empty then.
  ~Claim();

 private:
  Claim(std::filesystem::path folder, int folders_made, fs::Lock lock);
  std::filesystem::path folder_;
  int folders_made_;
  std::optional<fs::Lock> lock_;
};

/// ErrorCode::conflict while a client downloads into the place.
Result<void> check_idle(const target::View& view);

/// As a client would find it, but a place that is itself a symlink counts as empty: it will be replaced.
Result<target::View> view_to_change(const Site& site);

std::string now_iso8601();  ///< UTC, "2026-12-31T23:59:59Z"
std::string compact(std::string time);  ///< fit for a folder's name: "20261231T235959Z"

}  // namespace hubcache::adoption
