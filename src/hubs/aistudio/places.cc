// The places of aistudio-sdk: file_download.create_temporary_directory_and_cache, snapshot_download.
#include <algorithm>
#include <set>

#include "base/path.h"
#include "base/try.h"
#include "fs/file.h"
#include "hub/record_folder.h"
#include "hubs/aistudio/target.h"
#include "hubs/msc/other_repos.h"
#include "hubs/msc/view.h"

namespace hubcache::hub::aistudio_parts {
namespace {

using std::filesystem::path;

/// Models file_download.get_aistudio_cache_dir: an empty variable means the working folder.
path cache_root(const Environment& environment, std::string_view variable) {
  const std::string home = environment.expand_user("~");
  const std::string root = environment.get(variable).value_or(home + "/.cache/aistudio/hub");
  return absolute_path(environment.working_folder, environment.expand_user(root));
}

/// Models snapshot_download._snapshot_download: the link's folder comes from AISTUDIO_CACHE, not AISTUDIO_CACHE_HOME,
/// and is "dataset" without s; util.get_model_masked_directory masks the owner too.
std::optional<Place::NameLink> name_link(const Environment& environment, RepoType type, const RepoId& id) {
  if (id.str().find('.') == std::string::npos) return std::nullopt;
  const path folder = cache_root(environment, "AISTUDIO_CACHE") / (type == RepoType::model ? "models" : "dataset");
  const path target = folder / msc::masked(id.owner()) / msc::masked(id.name());
  return Place::NameLink{folder / id.owner() / id.name(), target.lexically_normal()};  // os.path.abspath
}

}  // namespace

path models_root(const Environment& environment, RepoType type) {
  return cache_root(environment, "AISTUDIO_CACHE_HOME") / (type == RepoType::model ? "models" : "datasets");
}

Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) {
  const path models = models_root(environment, type);
  Place place;
  place.root = models / id.owner() / msc::masked(id.name());
  place.temporary = models / "._tmp" / id.owner() / id.name();
  // Beside `._tmp`, where neither the SDK nor a program that loads models looks.
  place.record = TRY(record_folder(place.root, models, path(id.owner()) / place.root.filename()));
  place.model_id = id.owner() + "/" + msc::masked(id.name());
  place.index = &index;
  place.name_link = name_link(environment, type, id);
  return place;
}

OtherRepos other_repos(const Environment& environment) {
  OtherRepos repos;
  for (const RepoType type : {RepoType::model, RepoType::dataset}) {
    msc::add_unfinished(
        models_root(environment, type) / "._tmp", type, [&](const RepoId& id) { return locate(environment, type, id); },
        repos);
  }
  return repos;
}

Places places(const Environment& environment, RepoType type) {
  const path models = models_root(environment, type);
  Places places;
  std::set<std::string> names;
  for (const path& folder : {models, models / "._hubcache"}) {
    for (const auto& [owner, kind] : folder_names(folder, places)) {
      if (owner == "._tmp" || owner == own_folder) continue;
      for (const auto& [name, kind_of_name] : folder_names(folder / owner, places)) {
        // The SDK makes symlinks with dots in their names, which lead to masked folders.
        const bool is_own_link = kind_of_name == fs::Kind::symlink && name.find('.') != name.npos;
        if (!is_own_link) names.insert(owner + "/" + name);
      }
    }
  }
  for (const std::string& name : names) {
    const auto slash = name.find('/');
    const auto id = RepoId::parse(name.substr(0, slash) + "/" + msc::unmasked(name.substr(slash + 1)));
    if (!id) continue;  // a folder that no client made
    auto place = locate(environment, type, *id);
    if (!place) {
      places.add(*id, std::move(place));
      continue;
    }
    const bool is_masked = place->root == models / name;
    const bool is_unmasked = name == id->str();  // a folder that the user filled; no client looks there
    const auto is_same = [&](const auto& other) { return other.second.root == place->root; };
    if ((is_masked || is_unmasked) && std::ranges::none_of(places.found, is_same)) places.add(*id, std::move(place));
  }
  return places;
}

}  // namespace hubcache::hub::aistudio_parts
