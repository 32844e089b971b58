// The per-user index of places: which ones hubcache has ever adopted into, beyond those that the present environment
// leads to. Only a memory aid: the truth lies with the places, and what is lost here is found again by status.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

namespace hubcache::record {

struct KnownPlace {
  std::string target;
  RepoType type = RepoType::model;
  std::string repo_id;
  std::filesystem::path root, temporary, record;  ///< as in hub::Place
  bool has_index = true;                          ///< likewise

  bool operator==(const KnownPlace&) const = default;
};

/// ${HUBCACHE_STATE}, else ${XDG_STATE_HOME:-~/.local/state}/hubcache.
std::filesystem::path state_folder(const Environment& environment);

Result<void> remember(const Environment& environment, const KnownPlace& place);
Result<void> forget(const Environment& environment, const std::filesystem::path& root);
/// Unreadable entries are passed over, and those that another user may have written.
std::vector<KnownPlace> known_places(const Environment& environment);

}  // namespace hubcache::record
