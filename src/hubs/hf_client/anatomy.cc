// What the folders of huggingface_hub contain, and the repos in its cache whose ids hubcache has no places for.
#include <array>
#include <set>
#include <string>

#include "hub/record_folder.h"
#include "hubs/hf_client/cache.h"

namespace hubcache::hub::hf_client {
namespace {

using std::filesystem::path;

/// The ending in file_download.py and _local_folder.py, of 0.26.5 to 2.4.0.
constexpr std::string_view unfinished_endings[] = {".incomplete"};

/// Models REPO_TYPES_MAPPING in utils/_cache_manager.py (2.4.0).
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> types = {
    {{"models--", "model"}, {"datasets--", "dataset"}, {"spaces--", "space"}, {"kernels--", "kernel"}}};

/// Models _scan_cached_repo in utils/_cache_manager.py (2.4.0).
std::string id_in(std::string_view name) {
  std::string id(name);
  for (auto at = id.find("--"); at != id.npos; at = id.find("--", at + 1)) id.replace(at, 2, "/");
  return id;
}

}  // namespace

/// The shared contents are those of utils/_shared_blobs.py, since 1.32; the locks are those of
/// file_download._hf_hub_download_to_cache_dir.
constinit const Anatomy cache_anatomy{.revisions = "snapshots",
                                      .contents = "blobs",
                                      .shared_contents = "blobs",
                                      .shared_list = ".refs",
                                      .names = "refs",
                                      .locks = ".locks",
                                      .unfinished = unfinished_endings,
                                      .temporary = Temporary::mixed};

constinit const Anatomy local_dir_anatomy{.unfinished = unfinished_endings, .temporary = Temporary::mixed};

/// Models is_shared_blobs_dir in utils/_shared_blobs.py (2.4.0): other folders of this name are not the client's.
std::vector<SharedFolder> shared_folders(const path& cache) {
  constexpr std::string_view marker = ".huggingface-shared-blobs", version = "1\n";
  const path records = record_beside(cache, cache / ".locks" / own_folder);
  std::vector<SharedFolder> folders = {{cache / ".locks", SharedFolder::What::locks, records / ".locks"}};
  const auto text = fs::read_file(cache / "blobs" / marker, version.size());
  if (text && *text == version) folders.push_back({cache / "blobs", SharedFolder::What::contents, records / ".blobs"});
  return folders;
}

OtherRepos other_repos(const path& cache) {
  const path records = record_beside(cache, cache / ".locks" / own_folder);
  std::set<std::string> names;
  Places found;
  for (const path& folder : {cache, records}) {
    for (const auto& [name, kind] : folder_names(folder, found)) names.insert(name);
  }
  OtherRepos repos;
  repos.unreadable = std::move(found.unreadable);
  for (const std::string& name : names) {
    for (const auto& [prefix, type] : types) {
      if (!name.starts_with(prefix)) continue;
      const std::string id = id_in(std::string_view(name).substr(prefix.size()));
      const bool has_place = (type == "model" || type == "dataset") && RepoId::parse(id);
      if (!has_place) repos.found.push_back({id, type, cache / name, {}, records / name, &cache_anatomy});
    }
  }
  return repos;
}

}  // namespace hubcache::hub::hf_client
