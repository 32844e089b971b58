// The places of csghub-sdk (utils.get_cache_dir, snapshot_download.py, file_download.py and cache.py, 0.9.3).
#include <set>

#include "base/path.h"
#include "base/try.h"
#include "hub/record_folder.h"
#include "hubs/csghub/index.h"
#include "hubs/csghub/installed.h"
#include "hubs/csghub/target.h"
#include "hubs/msc/other_repos.h"
#include "hubs/msc/view.h"

namespace hubcache::hub::csghub_parts {
namespace {

using std::filesystem::path;

constexpr const char* cache_variable = "CSGHUB_CACHE";
constexpr std::string_view temporary_folder = "temp";

path records(const path& root) { return record_beside(root, root / own_folder); }

/// Returns the format for an index that does not exist yet, or that is damaged.
const Index* index_of_installed(const Environment& environment) {
  const auto installed = installed_csghub(environment);
  if (!installed) return &unknown_index;
  return installed->has_json_index ? &json_index : &pickle_index;
}

/// file_download replaces the dots in the name of the folder, and snapshot_download does not.
std::optional<Place::NameLink> name_link(const path& root, const RepoId& id) {
  if (id.name().find('.') == std::string::npos) return std::nullopt;
  return Place::NameLink{root / id.owner() / msc::masked(id.name()), root / id.owner() / id.name()};
}

bool is_there(const path& name) {
  const auto status = fs::status_of(name);
  return status && status->kind != fs::Kind::missing;
}

/// Whether file_download has made the folder for a name with dots.
bool is_masked(std::string_view folder) { return folder.find("___") != folder.npos; }

/// Adds the folders with an index. csghub-cli keeps repos in the same cache, in another layout.
void add_cached(const path& root, Places& places, std::set<std::string>& names) {
  for (const auto& [owner, kind] : folder_names(root, places)) {
    const bool is_other = owner == temporary_folder || owner.starts_with('.') || owner.find("--") != owner.npos;
    if (is_other) continue;
    for (const auto& [name, kind_of_name] : folder_names(root / owner, places)) {
      const bool is_repo = kind_of_name == fs::Kind::folder && is_there(root / owner / name / ".mdl");
      if (is_repo && !is_masked(name)) names.insert(owner + "/" + name);
    }
  }
}

void add_recorded(const path& records, Places& places, std::set<std::string>& names) {
  for (const auto& [owner, kind] : folder_names(records, places)) {
    for (const std::string& name : recorded_names(records / owner, places)) names.insert(owner + "/" + name);
  }
}

}  // namespace

/// An empty variable means the working folder.
path cache_root(const Environment& environment, RepoType type) {
  if (const auto named = environment.get(cache_variable)) return absolute_path(environment.working_folder, *named);
  const path caches = path(environment.expand_user("~")) / ".cache" / "csg";
  return caches / (type == RepoType::model ? "hub" : "dataset");
}

Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) {
  const path root = cache_root(environment, type);
  Place place;
  place.root = root / id.owner() / id.name();
  place.temporary = root / temporary_folder;
  place.record = records(root) / id.owner() / id.name();
  place.model_id = id.str();
  place.index = index_of_installed(environment);
  place.name_link = name_link(root, id);
  place.working_link = environment.working_folder / id.owner() / id.name();
  return place;
}

/// Finds the folders of file_download, for names with dots.
OtherRepos other_repos(const Environment& environment) {
  static constexpr Anatomy files_of_one_revision;
  OtherRepos repos;
  for (const RepoType type : {RepoType::model, RepoType::dataset}) {
    if (type == RepoType::dataset && environment.get(cache_variable)) continue;
    const path root = cache_root(environment, type);
    msc::add_with_metadata(root, records(root) / ".masked", type, files_of_one_revision, repos);
  }
  std::erase_if(repos.found, [](const OtherRepo& repo) { return !is_masked(repo.root.filename().native()); });
  return repos;
}

std::vector<SharedFolder> shared_folders(const Environment& environment) {
  std::vector<SharedFolder> folders;
  for (const RepoType type : {RepoType::model, RepoType::dataset}) {
    const path root = cache_root(environment, type);
    if (type == RepoType::dataset && environment.get(cache_variable)) continue;
    folders.push_back({root / temporary_folder, SharedFolder::What::downloads, records(root) / ".temp"});
  }
  return folders;
}

/// With CSGHUB_CACHE, models and data sets have the same places: a record tells the type.
Places places(const Environment& environment, RepoType type) {
  Places places;
  if (type == RepoType::dataset && environment.get(cache_variable)) return places;
  const path root = cache_root(environment, type);
  std::set<std::string> names;
  add_cached(root, places, names);
  add_recorded(records(root), places, names);
  for (const std::string& name : names) {
    if (const auto id = RepoId::parse(name)) places.add(*id, locate(environment, type, *id));
  }
  return places;
}

}  // namespace hubcache::hub::csghub_parts
