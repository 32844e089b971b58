#include <algorithm>

#include "base/path.h"
#include "base/try.h"
#include "fs/walk.h"
#include "hub/record_folder.h"
#include "third_hub/hub.h"
#include "third_hub/parts.h"

namespace hubcache::hub {
namespace {

using std::filesystem::path;

path home(const Environment& environment) {
  return absolute_path(environment.working_folder, environment.get("SHELF_HOME").value_or("shelf"));
}

struct ShelfLayout final : Layout {
  Description describe(const Environment& environment) const override {
    return {(home(environment) / "<owner>/<name>").native(), "SHELF_HOME", {}, "any existing file"};
  }
  Result<Place> locate(const Environment& environment, RepoType, const RepoId& id) const override {
    Place place;
    place.root = home(environment) / id.owner() / id.name();
    place.temporary = place.root / ".shelf-part";
    place.record = TRY(record_folder(place.root, home(environment), id.str()));
    return place;
  }
  Places places(const Environment& environment, RepoType type) const override {
    Places places;
    if (type != RepoType::model) return places;
    for (const auto& [owner, kind] : folder_names(home(environment), places)) {
      for (const auto& [name, its_kind] : folder_names(home(environment) / owner, places)) {
        if (const auto id = RepoId::parse(owner + "/" + name)) places.add(*id, locate(environment, type, *id));
      }
    }
    return places;
  }
  std::vector<std::string> own_names() const override { return {std::string(own_folder)}; }
  std::vector<std::string> own_names_at_top() const override { return {".shelf-part"}; }
};

struct ShelfRules final : Rules {
  Result<View> view(const Place& place) const override {
    View view;
    view.place = place;
    view.index_state = IndexState::none;
    view.root_exists = TRY(fs::status_of_target(place.root)).kind == fs::Kind::folder;
    TRY(fs::walk(place.root, [&](const std::string& name, const fs::Status& status) {
      if (name == ".shelf-part") return fs::Descend::no;
      PlacedFile file{name, status.kind, status.stamp, status.links, true, false};
      const auto target = fs::status_of_target(place.root / name);
      file.exists = target && target->kind != fs::Kind::missing;
      if (file.exists) file.target_size = target->stamp.size;
      view.files.push_back(std::move(file));
      return status.kind == fs::Kind::folder ? fs::Descend::yes : fs::Descend::no;
    }));
    std::ranges::sort(view.files, {}, &PlacedFile::path);
    return view;
  }
  Verdict verdict(const FileFacts& facts, IndexState, const RemoteFile&, const ClientSettings&,
                  Question) const override {
    if (facts.file && facts.file->exists) return {Action::accepts, Reason::file_there, false};
    return {Action::downloads, Reason::file_missing, false};
  }
};

}  // namespace

const Target& shelf() {
  static const ShelfLayout layout;
  static const ShelfRules rules;
  static const Target target{
      .name = "shelf", .hub = shelf_hub, .words = {.client = {"shelf-client"}}, .layout = layout, .rules = rules};
  return target;
}

}  // namespace hubcache::hub
