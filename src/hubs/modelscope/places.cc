// The places of modelscope before 1.38 (hub/utils/utils.get_modelscope_cache_dir, hub/file_download.py
// create_temporary_directory_and_cache, 1.37.1). Clients from 1.38 on use a folder there, too, if it has files.
#include <set>

#include "base/path.h"
#include "base/try.h"
#include "hub/record_folder.h"
#include "hubs/modelscope/layout.h"
#include "hubs/modelscope/target.h"
#include "hubs/msc/view.h"

namespace hubcache::hub::modelscope_parts {
namespace {

using std::filesystem::path;

const char* folder_of(RepoType type) { return type == RepoType::model ? "models" : "datasets"; }

/// Returns the folder that `modelscope clear-cache` removes as a whole.
path base_folder(const Environment& environment) {
  const auto named = environment.get("MODELSCOPE_CACHE");
  const std::string base = named ? *named : environment.expand_user("~") + "/.cache/modelscope";
  return absolute_path(environment.working_folder, environment.expand_user(base));
}

/// Models snapshot_download._snapshot_download (1.37.1): the link is made for models only.
std::optional<Place::NameLink> name_link(const path& root, RepoType type, const RepoId& id) {
  if (type != RepoType::model || id.name().find('.') == std::string::npos) return std::nullopt;
  const path folder = root / "models" / id.owner();
  return Place::NameLink{folder / id.name(), folder / msc::masked(id.name())};
}

/// Returns the names of the folders two levels below `folder`, without the links with dots that the client makes.
void add_names(const path& folder, Places& places, std::set<std::string>& names) {
  for (const auto& [owner, kind] : folder_names(folder, places)) {
    if (owner == temporary_folder || owner.find("--") != owner.npos)
      continue;  // `o--n` is a repo of clients since 1.38
    for (const auto& [name, kind_of_name] : folder_names(folder / owner, places)) {
      const bool is_own_link = kind_of_name == fs::Kind::symlink && name.find('.') != name.npos;
      if (!is_own_link) names.insert(owner + "/" + name);
    }
  }
}

}  // namespace

path records(const Environment& environment) {
  const path base = base_folder(environment);
  return record_beside(base, base / "skills" / own_folder);
}

/// An empty variable means the working folder.
path cache_root(const Environment& environment) {
  const path base = base_folder(environment);
  return environment.get("MODELSCOPE_CACHE") ? base : base / "hub";
}

Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) {
  const path root = cache_root(environment), repos = root / folder_of(type), name = msc::masked(id.name());
  Place place;
  place.root = repos / id.owner() / name;
  place.temporary = repos / temporary_folder / id.owner() / id.name();
  place.record = records(environment) / folder_of(type) / id.owner() / name;
  place.model_id = id.owner() + "/" + name.native();
  place.index = &index;
  place.name_link = name_link(root, type, id);
  return place;
}

Place local_dir_place(const path& root, const path& record) {
  Place place;
  place.root = root;
  place.temporary = root / temporary_folder;
  place.record = record;
  place.index = &index;
  return place;
}

path lock_of(const Place& place) {
  const bool is_local_dir = place.temporary.parent_path() == place.root;
  if (is_local_dir) return "";
  const path owner = place.temporary.parent_path(), root = owner.parent_path().parent_path().parent_path();
  return root / ".lock" / (owner.filename().native() + "___" + place.temporary.filename().native());
}

Places places(const Environment& environment, RepoType type) {
  Places places;
  std::set<std::string> names;
  add_names(cache_root(environment) / folder_of(type), places, names);
  add_names(records(environment) / folder_of(type), places, names);
  for (const std::string& name : names) {
    const auto id = RepoId::parse(msc::unmasked(name));
    if (id && msc::masked(id->name()) == name.substr(name.find('/') + 1))
      places.add(*id, locate(environment, type, *id));
  }
  return places;
}

}  // namespace hubcache::hub::modelscope_parts
