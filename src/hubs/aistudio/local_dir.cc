#include "hubs/aistudio/local_dir.h"

#include <algorithm>

#include "base/try.h"
#include "hub/record_folder.h"
#include "hubs/aistudio/target.h"

namespace hubcache::hub {

using std::filesystem::path;

Reader LocalDir::reader(const Environment& environment) const { return aistudio().reader(environment); }

const Index* LocalDir::index() const { return &aistudio_parts::index; }

Result<View> LocalDir::view(const Place& place) const { return aistudio().view(place); }

Verdict LocalDir::verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote, const Reader& reader,
                          Question question) const {
  return aistudio().verdict(facts, state, remote, reader, question);
}

std::vector<MetadataFile> LocalDir::other_metadata(const Place& place, const RevisionFacts& facts,
                                                   const Standing& standing) const {
  auto files = aistudio().other_metadata(place, facts, standing);
  std::erase_if(files, [](const MetadataFile& file) { return file.name == ".mdl"; });
  return files;
}

bool LocalDir::is_damaged_metadata(std::string_view name, std::string_view bytes) const {
  return aistudio().is_damaged_metadata(name, bytes);
}

std::vector<Written> LocalDir::written_at_each_run(const Place& place) const {
  return {{place.temporary, Written::What::folder, where_.writers},
          {place.root / ".mv", Written::What::file, where_.writers}};
}

std::vector<std::string> LocalDir::own_names() const { return aistudio().own_names(); }

std::vector<std::string> LocalDir::own_names_at_top() const { return aistudio().own_names_at_top(); }

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
