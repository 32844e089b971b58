// FastDeploy (fastdeploy/utils.py, retrive_model_from_server): snapshot_download with a local_dir below FD_MODEL_CACHE.
#include <algorithm>
#include <cctype>

#include "base/path.h"
#include "hubs/aistudio/hub.h"
#include "hubs/aistudio/layout.h"
#include "hubs/aistudio/local_dir.h"
#include "hubs/aistudio/rules.h"
#include "hubs/aistudio/targets.h"

namespace hubcache::hub {
namespace {

using std::filesystem::path;

/// Models f"{FD_MODEL_CACHE or os.getenv('HOME')}/{repo_id}": HOME counts only if FD_MODEL_CACHE is unset, not if it is
/// empty; nothing is expanded.
path models_folder(const Environment& environment) {
  auto folder = environment.get("FD_MODEL_CACHE");
  if (!folder) folder = environment.get("HOME").value_or("None");
  return absolute_path(environment.working_folder, *folder + "/");
}

struct FastDeployLayout final : AiStudioLayout {
  Description describe(const Environment& environment) const override {
    return {(models_folder(environment) / "<owner>/<name>").native(),
            environment.get("FD_MODEL_CACHE") ? "FD_MODEL_CACHE" : "HOME",
            {"fastdeploy-gpu", "fastdeploy-xpu", "aistudio-sdk"},
            "as aistudio, with local_dir; baidu/X is PaddlePaddle/X"};
  }
  Result<Place> locate(const Environment& environment, RepoType, const RepoId& id) const override {
    return place_by_owner(models_folder(environment), repo_on_hub(id));
  }
  Places places(const Environment& environment, RepoType type) const override {
    if (type != RepoType::model) return {};
    return adopted_by_owner(models_folder(environment));
  }
  /// FastDeploy replaces the first five letters if repo_id.lower().startswith("baidu").
  RepoId repo_on_hub(const RepoId& id) const override {
    constexpr std::string_view old_owner = "baidu";
    std::string start = id.owner().substr(0, old_owner.size());
    std::ranges::transform(start, start.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (start != old_owner) return id;
    return RepoId::parse("PaddlePaddle" + id.owner().substr(old_owner.size()) + "/" + id.name()).value_or(id);
  }
};

}  // namespace

const Target& fastdeploy() {
  static const FastDeployLayout layout;
  static const LocalDirRules rules;
  static const Target target{
      .name = "fastdeploy", .hub = aistudio_hub, .words = {.client = {"FastDeploy"}}, .layout = layout, .rules = rules};
  return target;
}

}  // namespace hubcache::hub
