#include "hubs/csghub/target.h"

#include "base/language.h"
#include "hubs/csghub/hub.h"
#include "hubs/csghub/rules.h"

namespace hubcache::hub {
namespace {

struct CsgHubLayout final : Layout {
  Description describe(const Environment& environment) const override {
    return {(csghub_parts::cache_root(environment, RepoType::model) / "<owner>/<name>").native(),
            environment.get("CSGHUB_CACHE") ? "CSGHUB_CACHE" : "HOME",
            {"csghub-sdk"},
            translated("a file with a record of the requested revision in .msc, whatever its content")};
  }
  Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) const override {
    return csghub_parts::locate(environment, type, id);
  }
  Places places(const Environment& environment, RepoType type) const override {
    return csghub_parts::places(environment, type);
  }
  /// snapshot_download keeps the files in the working folder of the program.
  const Anatomy& anatomy() const override {
    static constexpr Anatomy metadata_only{.temporary = Temporary::shared, .has_files_elsewhere = true};
    return metadata_only;
  }
  OtherRepos other_repos(const Environment& environment) const override {
    return csghub_parts::other_repos(environment);
  }
  std::vector<SharedFolder> shared_folders(const Environment& environment) const override {
    return csghub_parts::shared_folders(environment);
  }
  std::string_view objection_to(const RepoId& id) const override {
    return id.owner() == "temp" ? translated("the client downloads into the folder of this owner") : "";
  }
  bool looks_in_working_folder() const override { return true; }
  std::vector<std::string> own_names() const override { return {".git", "._hubcache"}; }
  std::vector<std::string> own_names_at_top() const override { return {".msc", ".mdl", ".mv"}; }
};

constexpr Words words{.client = {"csghub-sdk", "snapshot_download", "file_download"},
                      .when_hub_moved_on = marked("csghub-sdk compares neither content nor commits, so it keeps the "
                                                  "adopted files; it downloads only files that are new on the hub")};

}  // namespace

const Target& csghub() {
  static const CsgHubLayout layout;
  static const CsgHubRules rules;
  static const Target target{.name = "csghub", .hub = csghub_hub, .words = words, .layout = layout, .rules = rules};
  return target;
}

}  // namespace hubcache::hub
