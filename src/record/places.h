// The user's index of the places into which hubcache has adopted, including places to which the present environment
// does not lead. A release removes the place from the index. The records in the places are authoritative: an entry that
// is lost here is added again when hubcache finds the adopted place.
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
  bool has_index = true;                          ///< whether hub::Place::index is set

  bool operator==(const KnownPlace&) const = default;
};

/// Returns ${HUBCACHE_STATE}, else ${XDG_STATE_HOME:-~/.local/state}/hubcache.
std::filesystem::path state_folder(const Environment& environment);

/// Adds the place to the index. Skips a place whose path is not UTF-8.
Result<void> remember(const Environment& environment, const KnownPlace& place);
Result<void> forget(const Environment& environment, const std::filesystem::path& root);
/// Returns the places in the index. Skips entries that cannot be read or that another user may have written.
std::vector<KnownPlace> known_places(const Environment& environment);

}  // namespace hubcache::record
