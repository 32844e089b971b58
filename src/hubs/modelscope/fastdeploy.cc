// FastDeploy with models of ModelScope (FD_MODEL_SOURCE=MODELSCOPE).
#include "hubs/paddle/fastdeploy.h"
#include "base/language.h"
#include "hubs/modelscope/hub.h"
#include "hubs/modelscope/layout.h"
#include "hubs/modelscope/rules.h"
#include "hubs/modelscope/target.h"
#include "hubs/paddle/local_dirs.h"

namespace hubcache::hub {
namespace {

using modelscope_parts::local_dir_place;

struct FastDeployLayout final : ModelScopeLayout {
  Description describe(const Environment& environment) const override {
    return {(paddle::fastdeploy_folder(environment) / "<owner>/<name>").native(),
            paddle::fastdeploy_variable(environment),
            {"fastdeploy-gpu", "fastdeploy-xpu", "modelscope"},
            translated("as modelscope, with local_dir; baidu/X is PaddlePaddle/X")};
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

Words words() {
  Words words = modelscope_words;
  words.client = {"FastDeploy"};
  return words;
}

}  // namespace

const Target& modelscope_fastdeploy() {
  static const FastDeployLayout layout;
  static const ModelScopeRules rules;
  static const Target target{.name = "ms-fastdeploy",
                             .hub = modelscope_hub,
                             .words = words(),
                             .layout = layout,
                             .rules = rules,
                             .shared_name = "fastdeploy"};
  return target;
}

}  // namespace hubcache::hub
