// aistudio-sdk 0.3.x with local_dir=DIR: a folder that the calling program names.
#include "base/language.h"
#include "hub/record_folder.h"
#include "hubs/aistudio/hub.h"
#include "hubs/aistudio/layout.h"
#include "hubs/aistudio/local_dir.h"
#include "hubs/aistudio/rules.h"
#include "hubs/aistudio/target.h"

namespace hubcache::hub {
namespace {

struct LocalDirLayout final : AiStudioLayout {
  Description describe(const Environment&) const override {
    return {"DIR", "--place DIR", {"aistudio-sdk"}, translated("as aistudio; the program passes DIR as local_dir")};
  }
  Result<Place> locate(const Environment&, RepoType, const RepoId&) const override {
    return Error{ErrorCode::usage, say("target aistudio-dir requires the folder that the program passes as local_dir"),
                 say("add --place DIR")};
  }
  std::optional<Place> place_in(const std::filesystem::path& folder) const override {
    return local_dir_place(folder, folder / own_folder);
  }
  Places places(const Environment&, RepoType) const override { return {}; }
};

}  // namespace

const Target& aistudio_dir() {
  static const LocalDirLayout layout;
  static const LocalDirRules rules;
  static const Target target{
      .name = "aistudio-dir", .hub = aistudio_hub, .words = aistudio().words, .layout = layout, .rules = rules};
  return target;
}

}  // namespace hubcache::hub
