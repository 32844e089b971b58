#include "hubs/aistudio/local_dir.h"

#include "base/try.h"
#include "hub/record_folder.h"
#include "hubs/aistudio/target.h"

namespace hubcache::hub {

using std::filesystem::path;

Place local_dir_place(const path& root, const path& record) {
  Place place;
  place.root = root;
  place.temporary = root / "._tmp";
  place.record = record;
  place.index = &aistudio_parts::index;
  return place;
}

Result<Place> place_by_owner(const path& folder, const RepoId& id) {
  const path root = folder / id.owner() / id.name();
  return local_dir_place(root, TRY(record_folder(root, folder, path(id.owner()) / id.name())));
}

Places adopted_by_owner(const path& folder) {
  Places places;
  for (const auto& [owner, kind] : folder_names(folder / own_folder, places)) {
    for (const std::string& name : recorded_names(folder / own_folder / owner, places)) {
      if (auto id = RepoId::parse(owner + "/" + name)) places.add(*id, place_by_owner(folder, *id));
    }
  }
  return places;
}

}  // namespace hubcache::hub
