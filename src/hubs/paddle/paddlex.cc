#include "hubs/paddle/paddlex.h"

#include <set>
#include <string>
#include <vector>

#include "base/path.h"
#include "base/try.h"
#include "hub/record_folder.h"

namespace hubcache::hub::paddle {
namespace {

using std::filesystem::path;

/// Models paddlex/utils/cache.py: an empty variable means the working folder, and nothing is expanded.
path cache_home(const Environment& environment) {
  const std::string folder =
      environment.get("PADDLE_PDX_CACHE_HOME").value_or(environment.expand_user("~") + "/.paddlex");
  return absolute_path(environment.working_folder, folder);
}

}  // namespace

path paddlex_folder(const Environment& environment) { return cache_home(environment) / "official_models"; }

std::string_view paddlex_variable(const Environment& environment) {
  return environment.get("PADDLE_PDX_CACHE_HOME") ? "PADDLE_PDX_CACHE_HOME" : "HOME";
}

Result<Place> paddlex_place(const Environment& environment, const RepoId& id, LocalDir local_dir) {
  const path root = paddlex_folder(environment) / id.name();
  return local_dir(root, TRY(record_folder(root, cache_home(environment), id.name())));
}

Places paddlex_places(const Environment& environment, std::string_view owner, LocalDir local_dir) {
  Places places;
  const std::vector<std::string> recorded = recorded_names(cache_home(environment) / own_folder, places);
  std::set<std::string> names(recorded.begin(), recorded.end());
  for (const auto& [name, kind] : folder_names(paddlex_folder(environment), places)) names.insert(name);
  for (const std::string& name : names) {
    if (const auto id = RepoId::parse(std::string(owner) + "/" + name))
      places.add(*id, paddlex_place(environment, *id, local_dir));
  }
  return places;
}

}  // namespace hubcache::hub::paddle
