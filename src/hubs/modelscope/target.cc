#include "hubs/modelscope/target.h"

#include "base/language.h"
#include "hubs/modelscope/hub.h"
#include "hubs/modelscope/layout.h"
#include "hubs/modelscope/rules.h"

namespace hubcache::hub {
namespace {

struct CacheLayout final : ModelScopeLayout {
  Description describe(const Environment& environment) const override {
    return {(modelscope_parts::cache_root(environment) / "models/<owner>/<name>").native(),
            environment.get("MODELSCOPE_CACHE") ? "MODELSCOPE_CACHE" : "HOME",
            {"modelscope"},
            translated(
                "before 1.38: a file with a record in .msc that agrees with the hub's, or that is pinned; since 1.38: "
                "a file with the hub's size and SHA-256, so edited files need hubcache run")};
  }
  Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) const override {
    return modelscope_parts::locate(environment, type, id);
  }
  OtherFolder used_instead(const Environment& environment, RepoType type, const RepoId& id) const override {
    return modelscope_parts::used_since_1_38(environment, type, id);
  }
  Places places(const Environment& environment, RepoType type) const override {
    return modelscope_parts::places(environment, type);
  }
  OtherRepos other_repos(const Environment& environment) const override {
    return modelscope_parts::other_repos(environment);
  }
  std::vector<SharedFolder> shared_folders(const Environment& environment) const override {
    return modelscope_parts::shared_folders(environment);
  }
};

}  // namespace

const Target& modelscope() {
  static const CacheLayout layout;
  static const ModelScopeRules rules;
  static const Target target{
      .name = "modelscope", .hub = modelscope_hub, .words = modelscope_words, .layout = layout, .rules = rules};
  return target;
}

}  // namespace hubcache::hub
