// PaddleFormers, and ERNIEKit, which uses it (paddleformers/utils/download/download.py, resolve_file_path), with
// download_hub=aistudio: it calls model_file_download for each file, with the default cache. Releases after 0.2.6 use
// $PF_HOME/<owner>/<name> if that is a folder (check_repo), without a request and without an index.
#include "base/language.h"
#include "base/path.h"
#include "hubs/aistudio/hub.h"
#include "hubs/aistudio/layout.h"
#include "hubs/aistudio/local_dir.h"
#include "hubs/aistudio/rules.h"
#include "hubs/aistudio/target.h"
#include "hubs/aistudio/targets.h"
#include "hubs/paddle/local_dirs.h"

namespace hubcache::hub {
namespace {

using std::filesystem::path;

/// Models os.path.join(os.environ["PF_HOME"], repo_id).
std::optional<path> own_home(const Environment& environment) {
  const auto home = environment.get("PF_HOME");
  return home ? std::optional(absolute_path(environment.working_folder, *home)) : std::nullopt;
}

struct PaddleFormersLayout final : AiStudioLayout {
  Description describe(const Environment& environment) const override {
    const auto home = own_home(environment);
    Description description = aistudio().layout.describe(environment);
    if (home) description.place = (*home / "<owner>/<name>").native();
    if (home) description.variable = "PF_HOME";
    description.packages = {"paddleformers", "erniekit", "aistudio-sdk"};
    description.accepts = home ? translated("the folder as it is; 0.2.6 does not know PF_HOME")
                               : translated("as aistudio, file by file: after a push, refresh");
    return description;
  }
  Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) const override {
    const auto home = own_home(environment);
    if (!home) return aistudio().layout.locate(environment, type, id);
    auto place = paddle::place_by_owner(*home, id, local_dir_place);
    if (place) place->index = nullptr;
    return place;
  }
  Places places(const Environment& environment, RepoType type) const override {
    const auto home = own_home(environment);
    if (!home) return aistudio().layout.places(environment, type);
    if (type != RepoType::model) return {};
    Places places = paddle::adopted_by_owner(*home, local_dir_place);
    for (auto& [id, place] : places.found) place.index = nullptr;
    return places;
  }
};

class PaddleFormersRules final : public AiStudioRules {
 public:
  Question question() const override { return Question::single_file; }
  /// Returns the files that file_download writes; it writes no `.mv`. With PF_HOME, the client writes nothing.
  std::vector<Written> written_at_each_run(const Place& place) const override {
    if (!place.index) return {};
    return {{place.root / ".mdl"}, {place.temporary, Written::What::folder}};
  }
  std::vector<MetadataFile> other_metadata(const Place& place, const RevisionFacts& facts,
                                           const Standing& standing) const override {
    return place.index ? AiStudioRules::other_metadata(place, facts, standing) : std::vector<MetadataFile>();
  }
};

}  // namespace

const Target& paddleformers() {
  static const PaddleFormersLayout layout;
  static const PaddleFormersRules rules;
  static const Target target{
      .name = "paddleformers",
      .hub = aistudio_hub,
      .words = {.client = {"PaddleFormers"},
                .caution_with_index = marked("after a push to the hub, PaddleFormers gets None for "
                                             "the changed files until you run hubcache refresh")},
      .layout = layout,
      .rules = rules};
  return target;
}

}  // namespace hubcache::hub
