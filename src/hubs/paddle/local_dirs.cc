#include "hubs/paddle/local_dirs.h"

#include "base/try.h"
#include "hub/record_folder.h"

namespace hubcache::hub::paddle {

using std::filesystem::path;

Result<Place> place_by_owner(const path& folder, const RepoId& id, LocalDir local_dir) {
  const path root = folder / id.owner() / id.name();
  return local_dir(root, TRY(record_folder(root, folder, path(id.owner()) / id.name())));
}

Places adopted_by_owner(const path& folder, LocalDir local_dir) {
  Places places;
  for (const auto& [owner, kind] : folder_names(folder / own_folder, places)) {
    for (const std::string& name : recorded_names(folder / own_folder / owner, places)) {
      if (auto id = RepoId::parse(owner + "/" + name)) places.add(*id, place_by_owner(folder, *id, local_dir));
    }
  }
  return places;
}

}  // namespace hubcache::hub::paddle
