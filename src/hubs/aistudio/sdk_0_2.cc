// aistudio-sdk 0.2.x, as PaddleNLP and PPDiffusers use it (hub.Hub.download, 0.2.6): one folder for each repo name,
// whoever owns the repo. The SDK requests the file's sha, downloads into blobs/<sha> unless that exists, and recreates
// the link snapshots/<revision>/<last_commit_sha>/<path> at every call. hubcache places only the blobs.
#include "base/language.h"
#include "base/path.h"
#include "base/try.h"
#include "hub/record_folder.h"
#include "hubs/aistudio/hub.h"
#include "hubs/aistudio/layout.h"
#include "hubs/aistudio/local_dir.h"
#include "hubs/aistudio/target.h"
#include "hubs/aistudio/targets.h"

namespace hubcache::hub {
namespace {

using std::filesystem::path;

/// Models f"{os.getenv('AISTUDIO_CACHE_HOME', default=os.getenv('HOME'))}/.cache/aistudio/models"; nothing is expanded.
path models_folder(const Environment& environment) {
  auto home = environment.get("AISTUDIO_CACHE_HOME");
  if (!home) home = environment.get("HOME").value_or("None");
  return absolute_path(environment.working_folder, *home + "/.cache/aistudio/models");
}

/// _download in requests/hub.py opens the name for writing; if it is a broken symlink, that writes into the user's
/// folder.
constexpr std::string_view written_through =
    marked("aistudio-sdk 0.2 writes through a broken symlink into your folder");

constexpr Anatomy blobs_and_snapshots{.revisions = "snapshots", .contents = "blobs"};

struct OldSdkLayout final : AiStudioLayout {
  Description describe(const Environment& environment) const override {
    return {(models_folder(environment) / "<name>").native(),
            environment.get("AISTUDIO_CACHE_HOME") ? "AISTUDIO_CACHE_HOME" : "HOME",
            {"aistudio-sdk"},
            translated("0.2.x: a file by the hub's sha, so after a push the new one; two owners of one name collide")};
  }
  Result<Place> locate(const Environment& environment, RepoType, const RepoId& id) const override {
    const path models = models_folder(environment), root = models / id.name();
    Place place = local_dir_place(root, TRY(record_folder(root, models, id.name())));
    place.index = nullptr;
    return place;
  }
  /// Finds only adopted repos: a folder's name does not contain the owner.
  Places places(const Environment& environment, RepoType type) const override {
    if (type != RepoType::model) return {};
    Places places;
    for (const std::string& name : recorded_names(models_folder(environment) / own_folder, places)) {
      if (const auto id = RepoId::parse("unknown/" + name)) places.add(*id, locate(environment, type, *id));
    }
    return places;
  }
  const Anatomy& anatomy() const override { return blobs_and_snapshots; }
  OtherRepos other_repos(const Environment& environment) const override {
    const path models = models_folder(environment);
    OtherRepos repos;
    Places names;
    for (const auto& [name, kind] : folder_names(models, names)) {
      const auto blobs = fs::status_of(models / name / "blobs");
      if (kind == fs::Kind::folder && blobs && blobs->kind == fs::Kind::folder)
        repos.found.push_back({"unknown/" + name,
                               name_of(RepoType::model),
                               models / name,
                               {},
                               models / own_folder / name,
                               &blobs_and_snapshots});
    }
    repos.unreadable = std::move(names.unreadable);
    return repos;
  }
  std::optional<RelPath> location(const RelPath& path, const RevisionFacts& facts) const override {
    const RemoteFile* file = facts.listing ? facts.listing->find(path) : nullptr;
    return file ? std::optional(*RelPath::parse("blobs/" + std::string(file->sha.str()))) : std::nullopt;
  }
};

struct OldSdkRules final : Rules {
  Question question() const override { return Question::single_file; }
  bool can_pin() const override { return false; }
  std::vector<LinkKind> link_order(bool /*moves_by_rename*/) const override {
    return {LinkKind::hardlink, LinkKind::reflink, LinkKind::copy};
  }
  std::string_view objection(LinkKind kind) const override { return kind == LinkKind::symlink ? written_through : ""; }
  Result<View> view(const Place& place) const override {
    View view = TRY(aistudio().rules.view(place));
    std::erase_if(view.files, [](const PlacedFile& file) {
      return file.path == "snapshots" || file.path.starts_with("snapshots/");
    });
    return view;
  }
  Verdict verdict(const FileFacts& facts, IndexState, const RemoteFile& remote, const ClientSettings&,
                  Question) const override {
    if (remote.single_file_raises) return {Action::raises, *remote.single_file_raises, false};
    if (facts.file && facts.file->exists) return {Action::accepts, Reason::file_there, false};
    return {Action::downloads, facts.file ? Reason::dangling_link : Reason::file_missing, false};
  }
  /// hub.Hub.download (0.2.6) recreates the link at each call.
  std::vector<Written> written_at_each_run(const Place& place) const override {
    return {{place.root / "snapshots", Written::What::name_in_folder}};
  }
};

}  // namespace

const Target& aistudio_0_2() {
  static const OldSdkLayout layout;
  static const OldSdkRules rules;
  static const Target target{
      .name = "aistudio-0.2",
      .hub = aistudio_hub,
      .words = {.client = {"aistudio-sdk 0.2"},
                .caution = marked("aistudio-sdk 0.2 ignores the owner: a model with the same name "
                                  "of another owner uses the same cache folder")},
      .layout = layout,
      .rules = rules};
  return target;
}

}  // namespace hubcache::hub
