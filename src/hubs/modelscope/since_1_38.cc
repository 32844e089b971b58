// The folders of clients from 1.38 on, in their order (modelscope 1.40.2,
// hub/utils/utils.find_reusable_legacy_repo_dir; modelscope-hub 0.5.1,
// _download.DownloadManager._find_legacy_repo_dir). The place of earlier clients is among them, and comes before the
// clients' own layout.
#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <string>
#include <system_error>

#include "base/language.h"
#include "base/path.h"
#include "hub/record_folder.h"
#include "hubs/modelscope/layout.h"
#include "hubs/modelscope/target.h"
#include "hubs/msc/other_repos.h"
#include "hubs/msc/view.h"

namespace hubcache::hub::modelscope_parts {
namespace {

using std::filesystem::path;

/// Unlike for earlier clients, an empty variable counts as unset.
path root_since_1_38(const Environment& environment) {
  const std::string named = environment.get("MODELSCOPE_CACHE").value_or("");
  const std::string root = named.empty() ? environment.expand_user("~") + "/.cache/modelscope" : named;
  return absolute_path(environment.working_folder, environment.expand_user(root));
}

path first_with_content(std::span<const path> folders) {
  const auto found = std::ranges::find_if(folders, has_content);
  return found == folders.end() ? path() : *found;
}

/// Returns the folder that the library uses; "" for the clients' own layout. `place` counts as a folder with content.
path used_folder(const path& root, const path& repos, const RepoId& id, const path& place) {
  const std::string &owner = id.owner(), &name = id.name(), masked = msc::masked(name);
  path known = repos / owner / masked;
  if (known == place || has_content(known)) return known;
  const std::array older = {root / owner / name, root / owner / masked, root / "hub" / owner / name,
                            root / "hub" / owner / masked, repos / owner / name};
  const bool has_own_layout = has_content(repos / (owner + "--" + name));
  if (const path found = has_own_layout ? path() : first_with_content(older); !found.empty()) return found;
  const path default_place = root / "hub" / repos.filename() / owner / masked;
  return default_place == place || has_content(default_place) ? default_place : path();
}

/// Endings of unfinished downloads since 1.38 (modelscope-hub 0.5.1, _download._incomplete_path,
/// _download.DownloadManager._parallel_download). Earlier clients use only their temporary folder.
constexpr std::string_view unfinished_since_1_38[] = {".incomplete", ".parallel_tmp"};

constexpr Anatomy folder_since_1_38{.revisions = "snapshots", .unfinished = unfinished_since_1_38};

/// Adds the repos in the clients' own layout: <owner>--<name>.
void add_own_layout(const path& repos, const path& records, RepoType type, OtherRepos& found) {
  std::set<std::string> names;
  Places folders;
  for (const path& folder : {repos, records}) {
    for (const auto& [name, kind] : folder_names(folder, folders)) {
      if (!name.starts_with('.') && kind == fs::Kind::folder) names.insert(name);
    }
  }
  for (const std::string& name : names) {
    const auto between = name.find("--");
    if (between == name.npos) continue;
    const std::string id = name.substr(0, between) + "/" + name.substr(between + 2);
    found.found.push_back({id, name_of(type), repos / name, {}, records / name, &folder_since_1_38});
  }
  std::ranges::move(folders.unreadable, std::back_inserter(found.unreadable));
}

}  // namespace

constinit const Anatomy anatomy{.unfinished = unfinished_since_1_38};

/// Finds the repos in the clients' own layout, those in all folders of used_folder() and of earlier clients, and those
/// whose first download is unfinished.
OtherRepos other_repos(const Environment& environment) {
  const path root = root_since_1_38(environment), root_before = cache_root(environment), root_in_root = root / "hub";
  const path own = records(environment);
  OtherRepos repos;
  for (const RepoType type : {RepoType::model, RepoType::dataset}) {
    const path folder = repos_since_1_38(environment, type), name = folder.filename();
    add_own_layout(folder, own / name, type, repos);
    if (root != root_before) msc::add_all(folder, own / "root" / name, type, anatomy, repos);
    if (root_in_root != root_before) msc::add_all(root_in_root / name, own / "hub" / name, type, anatomy, repos);
    msc::add_unfinished(
        root_before / name / temporary_folder, type, [&](const RepoId& id) { return locate(environment, type, id); },
        repos);
  }
  const std::map<path, std::string_view> with_metadata = {
      {root, "root"}, {root_in_root, "hub"}, {root_before, "earlier"}};  // the first of equal folders counts
  for (const auto& [folder, name] : with_metadata)
    msc::add_with_metadata(folder, own / name / "models.earlier", RepoType::model, anatomy, repos);
  return repos;
}

/// The locks are those of hub/utils/utils.py (1.37.1, weak_file_lock) and of _download.py of modelscope-hub 0.5.1
/// (DownloadManager._lock_path).
std::vector<SharedFolder> shared_folders(const Environment& environment) {
  const path root = root_since_1_38(environment), root_before = cache_root(environment);
  std::vector<SharedFolder> folders;
  folders.push_back({root / ".lock", SharedFolder::What::locks, records(environment) / ".lock"});
  if (root != root_before)
    folders.push_back({root_before / ".lock", SharedFolder::What::locks, records(environment) / ".lock.earlier"});
  return folders;
}

/// Models _non_empty_dir().
bool has_content(const path& folder) {
  std::error_code problem;
  const bool is_folder = std::filesystem::is_directory(folder, problem);
  return is_folder && !std::filesystem::is_empty(folder, problem) && !problem;
}

path repos_since_1_38(const Environment& environment, RepoType type) {
  return root_since_1_38(environment) / (type == RepoType::model ? "models" : "datasets");
}

OtherFolder used_since_1_38(const Environment& environment, RepoType type, const RepoId& id) {
  const auto place = locate(environment, type, id);
  if (!place) return {};
  const path root = root_since_1_38(environment);
  const path used = used_folder(root, repos_since_1_38(environment, type), id, place->root);
  return used.empty() || used == place->root ? OtherFolder{}
                                             : OtherFolder{used, translated("modelscope 1.38 and later")};
}

}  // namespace hubcache::hub::modelscope_parts
