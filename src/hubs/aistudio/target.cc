#include "hubs/aistudio/target.h"

#include "base/language.h"
#include "hubs/aistudio/hub.h"
#include "hubs/aistudio/layout.h"
#include "hubs/aistudio/rules.h"

namespace hubcache::hub {
namespace {

struct SdkLayout final : AiStudioLayout {
  Description describe(const Environment& environment) const override {
    return {(aistudio_parts::models_root(environment, RepoType::model) / "<owner>/<name>").native(),
            environment.get("AISTUDIO_CACHE_HOME") ? "AISTUDIO_CACHE_HOME" : "HOME",
            {"aistudio-sdk"},
            translated("0.3.x: a file with a record in .msc that agrees with the hub's sha, or that is pinned")};
  }
  Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) const override {
    return aistudio_parts::locate(environment, type, id);
  }
  Places places(const Environment& environment, RepoType type) const override {
    return aistudio_parts::places(environment, type);
  }
  OtherRepos other_repos(const Environment& environment) const override {
    return aistudio_parts::other_repos(environment);
  }
};

}  // namespace

const Target& aistudio() {
  static const SdkLayout layout;
  static const AiStudioRules rules;
  static const Target target{.name = "aistudio",
                             .hub = aistudio_hub,
                             .words = {.client = {"aistudio-sdk", "snapshot_download", "file_download"}},
                             .layout = layout,
                             .rules = rules};
  return target;
}

}  // namespace hubcache::hub
