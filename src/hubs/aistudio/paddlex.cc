// PaddleX, and PaddleOCR, which uses it (paddlex/inference/utils/official_models.py): one folder for each model, by the
// model's name without the owner. PaddleX 3.2.0 calls snapshot_download with the folder as local_dir at every start.
// Later versions use any existing folder, so hubcache must create a place in one step, and must not create anything
// beside it that looks like a model.
#include <set>

#include "base/path.h"
#include "base/try.h"
#include "hub/record_folder.h"
#include "hubs/aistudio/hub.h"
#include "hubs/aistudio/layout.h"
#include "hubs/aistudio/local_dir.h"
#include "hubs/aistudio/rules.h"
#include "hubs/aistudio/targets.h"

namespace hubcache::hub {
namespace {

using std::filesystem::path;

/// Models paddlex/utils/cache.py: an empty variable means the working folder, and nothing is expanded.
path cache_home(const Environment& environment) {
  const std::string folder =
      environment.get("PADDLE_PDX_CACHE_HOME").value_or(environment.expand_user("~") + "/.paddlex");
  return absolute_path(environment.working_folder, folder);
}

struct PaddleXLayout final : AiStudioLayout {
  Description describe(const Environment& environment) const override {
    return {(cache_home(environment) / "official_models/<name>").native(),
            environment.get("PADDLE_PDX_CACHE_HOME") ? "PADDLE_PDX_CACHE_HOME" : "HOME",
            {"paddlex", "paddleocr", "aistudio-sdk"},
            "3.2.0: as aistudio, with local_dir; from 3.2.1 on the folder as it is, whatever is in it"};
  }
  Result<Place> locate(const Environment& environment, RepoType, const RepoId& id) const override {
    const path home = cache_home(environment), root = home / "official_models" / id.name();
    return local_dir_place(root, TRY(record_folder(root, home, id.name())));
  }
  /// A folder's name does not contain the owner; _AIStudioModelHoster requests PaddleX/<name>.
  Places places(const Environment& environment, RepoType type) const override {
    if (type != RepoType::model) return {};
    const path home = cache_home(environment);
    Places places;
    const std::vector<std::string> recorded = recorded_names(home / own_folder, places);
    std::set<std::string> names(recorded.begin(), recorded.end());
    for (const auto& [name, kind] : folder_names(home / "official_models", places)) names.insert(name);
    for (const std::string& name : names) {
      if (const auto id = RepoId::parse("PaddleX/" + name)) places.add(*id, locate(environment, type, *id));
    }
    return places;
  }
  /// _AIStudioModelHoster requests these models of PaddleX; PaddlePaddle has copies of them.
  bool is_usual_for(const RepoId& id) const override {
    return id.owner() == "PaddleX" || (id.owner() == "PaddlePaddle" && id.name().starts_with("PP-"));
  }
};

}  // namespace

const Target& paddlex() {
  static const PaddleXLayout layout;
  static const LocalDirRules rules("PaddleX 3.2.0");
  static const Target target{.name = "paddlex",
                             .hub = aistudio_hub,
                             .words = {.client = {"PaddleX"}, .usual_clients = "PaddleX and PaddleOCR"},
                             .layout = layout,
                             .rules = rules};
  return target;
}

}  // namespace hubcache::hub
