// FastDeploy with models of AI Studio (FD_MODEL_SOURCE=AISTUDIO).
#include "hubs/paddle/fastdeploy.h"
#include "base/language.h"
#include "hubs/aistudio/hub.h"
#include "hubs/aistudio/layout.h"
#include "hubs/aistudio/local_dir.h"
#include "hubs/aistudio/rules.h"
#include "hubs/aistudio/targets.h"
#include "hubs/paddle/local_dirs.h"

namespace hubcache::hub {
namespace {

struct FastDeployLayout final : AiStudioLayout {
  Description describe(const Environment& environment) const override {
    return {(paddle::fastdeploy_folder(environment) / "<owner>/<name>").native(),
            paddle::fastdeploy_variable(environment),
            {"fastdeploy-gpu", "fastdeploy-xpu", "aistudio-sdk"},
            translated("as aistudio, with local_dir; baidu/X is PaddlePaddle/X")};
  }
  Result<Place> locate(const Environment& environment, RepoType, const RepoId& id) const override {
    return paddle::place_by_owner(paddle::fastdeploy_folder(environment), repo_on_hub(id), local_dir_place);
  }
  Places places(const Environment& environment, RepoType type) const override {
    if (type != RepoType::model) return {};
    return paddle::adopted_by_owner(paddle::fastdeploy_folder(environment), local_dir_place);
  }
  RepoId repo_on_hub(const RepoId& id) const override { return paddle::fastdeploy_repo(id); }
};

}  // namespace

const Target& fastdeploy() {
  static const FastDeployLayout layout;
  static const LocalDirRules rules;
  static const Target target{.name = "fastdeploy",
                             .hub = aistudio_hub,
                             .words = {.client = {"FastDeploy"}},
                             .layout = layout,
                             .rules = rules,
                             .shared_name = "fastdeploy"};
  return target;
}

}  // namespace hubcache::hub
