// The places of huggingface_hub: file_download.repo_folder_name.
#include <set>

#include "base/try.h"
#include "hub/record_folder.h"
#include "hubs/hf_client/cache.h"

namespace hubcache::hub::hf_client {
namespace {

using std::filesystem::path;

std::string_view prefix(RepoType type) { return type == RepoType::model ? "models--" : "datasets--"; }

path repo_folder(const path& cache, RepoType type, const RepoId& id) {
  return cache / (std::string(prefix(type)) + id.owner() + "--" + id.name());
}

/// Returns the id from the folder's name, which is unambiguous: the names of owner and repo contain no "--"
/// (utils._validators.validate_repo_id).
Result<RepoId> id_of(std::string_view name) {
  const auto between = name.find("--");
  const std::string_view repo = between == name.npos ? "" : name.substr(between + 2);
  return RepoId::parse(std::string(name.substr(0, between)) + "/" + std::string(repo));
}

}  // namespace

Place locate(const path& cache, RepoType type, const RepoId& id) {
  Place place;
  place.root = repo_folder(cache, type, id);
  place.temporary = place.root / "blobs";
  place.record = record_beside(cache, cache / ".locks" / own_folder) / place.root.filename();
  return place;
}

Place local_dir(const path& folder) {
  Place place;
  place.root = folder;
  place.temporary = folder / ".cache" / "huggingface";
  place.record = record_beside(folder, place.temporary / own_folder);
  return place;
}

Places places(const path& cache, RepoType type) {
  Places places;
  std::set<std::string> names;
  for (const path& folder : {cache, record_beside(cache, cache / ".locks" / own_folder)}) {
    for (const auto& [name, kind] : folder_names(folder, places)) {
      if (name.starts_with(prefix(type))) names.insert(name);
    }
  }
  for (const std::string& name : names) {
    if (const auto id = id_of(std::string_view(name).substr(prefix(type).size())))
      places.add(*id, locate(cache, type, *id));
  }
  return places;
}

}  // namespace hubcache::hub::hf_client
