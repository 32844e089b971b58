// modelscope with local_dir=DIR: a folder that the calling program names, as MinerU does.
#include "base/language.h"
#include "hub/record_folder.h"
#include "hubs/modelscope/hub.h"
#include "hubs/modelscope/layout.h"
#include "hubs/modelscope/rules.h"
#include "hubs/modelscope/target.h"

namespace hubcache::hub {
namespace {

struct LocalDirLayout final : ModelScopeLayout {
  Description describe(const Environment&) const override {
    return {"DIR", "--place DIR", {"modelscope"}, translated("as modelscope; the program passes DIR as local_dir")};
  }
  Result<Place> locate(const Environment&, RepoType, const RepoId&) const override {
    return Error{ErrorCode::usage, say("target ms-dir requires the folder that the program passes as local_dir"),
                 say("add --place DIR")};
  }
  std::optional<Place> place_in(const std::filesystem::path& folder) const override {
    return modelscope_parts::local_dir_place(folder, folder / own_folder);
  }
  Places places(const Environment&, RepoType) const override { return {}; }
};

}  // namespace

const Target& modelscope_dir() {
  static const LocalDirLayout layout;
  static const ModelScopeRules rules;
  static const Target target{
      .name = "ms-dir", .hub = modelscope_hub, .words = modelscope_words, .layout = layout, .rules = rules};
  return target;
}

}  // namespace hubcache::hub
