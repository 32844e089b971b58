// PaddleFormers, and ERNIEKit on top of it (paddleformers/utils/download/download.py, resolve_file_path), with
// download_hub=aistudio: it asks file by file for model_file_download from the default cache. Releases after 0.2.6 take
// $PF_HOME/<owner>/<name> as it is where that is a folder (check_repo), without a request and without an index.
#include "base/path.h"
#include "hubs/aistudio/hub.h"
#include "hubs/aistudio/local_dir.h"
#include "hubs/aistudio/target.h"
#include "hubs/aistudio/targets.h"

namespace hubcache::hub {
namespace {

using std::filesystem::path;

/// os.path.join(os.environ["PF_HOME"], repo_id)
std::optional<path> own_home(const Environment& environment) {
  const auto home = environment.get("PF_HOME");
  return home ? std::optional(absolute_path(environment.working_folder, *home)) : std::nullopt;
}

class PaddleFormers final : public Target {
 public:
  std::string_view name() const override { return "paddleformers"; }
  const Hub& hub() const override { return aistudio_hub; }
  ClientNames client() const override { return {"PaddleFormers"}; }
  Question question() const override { return Question::single_file; }
  std::string_view caution(const Place& place) const override {
    return place.index ? "after a push to the hub PaddleFormers gets None for the files that changed there, until "
                         "hubcache refresh"
                       : "";
  }
  Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) const override {
    const auto home = own_home(environment);
    if (!home) return aistudio().locate(environment, type, id);
    auto place = place_by_owner(*home, id);
    if (place) place->index = nullptr;
    return place;
  }
  Places places(const Environment& environment, RepoType type) const override {
    const auto home = own_home(environment);
    if (!home) return aistudio().places(environment, type);
    if (type != RepoType::model) return {};
    Places places = adopted_by_owner(*home);
    for (auto& [id, place] : places.found) place.index = nullptr;
    return places;
  }
  Description describe(const Environment& environment) const override {
    const auto home = own_home(environment);
    Description description = aistudio().describe(environment);
    if (home) description.place = (*home / "<owner>/<name>").native();
    if (home) description.variable = "PF_HOME";
    description.packages = {"paddleformers", "erniekit", "aistudio-sdk"};
    description.accepts =
        home ? "the folder as it is; 0.2.6 does not know PF_HOME" : "as aistudio, file by file: after a push, refresh";
    return description;
  }
  Reader reader(const Environment& environment) const override { return aistudio().reader(environment); }
  const Index* index() const override { return &aistudio_parts::index; }
  Result<View> view(const Place& place) const override { return aistudio().view(place); }
  Verdict verdict(const FileFacts& facts, IndexState state, const RemoteFile& remote, const Reader& reader,
                  Question question) const override {
    return aistudio().verdict(facts, state, remote, reader, question);
  }
  /// As file_download, which writes no `.mv`.
  std::vector<Written> written_at_each_run(const Place& place) const override {
    if (!place.index) return {};
    return {{place.root / ".mdl"}, {place.temporary, Written::What::folder}};
  }
  std::vector<MetadataFile> other_metadata(const Place& place, const RevisionFacts& facts,
                                           const Standing& standing) const override {
    return place.index ? aistudio().other_metadata(place, facts, standing) : std::vector<MetadataFile>();
  }
  bool is_damaged_metadata(std::string_view name, std::string_view bytes) const override {
    return aistudio().is_damaged_metadata(name, bytes);
  }
  std::vector<std::string> own_names() const override { return aistudio().own_names(); }
  std::vector<std::string> own_names_at_top() const override { return aistudio().own_names_at_top(); }
};

}  // namespace

const Target& paddleformers() {
  static const PaddleFormers target;
  return target;
}

}  // namespace hubcache::hub
