// csghub-cli download: huggingface_hub, with a cache in csghub-sdk's folder (api_client/api_client_xet.py, 0.9.1 and
// 0.9.3).
#include "base/ascii.h"
#include "base/language.h"
#include "base/path.h"
#include "hubs/csghub/hub.h"
#include "hubs/csghub/target.h"
#include "hubs/hf_client/layout.h"
#include "hubs/hf_client/rules.h"

namespace hubcache::hub {
namespace {

constexpr const char* cache_variable = "CSGHUB_CACHE";

constexpr std::string_view without_cli_cache =
    marked("CSGHUB_DISABLE_XNET is true, so csghub-cli does not use this cache: adopt the repo for the target csghub");

/// Models utils.disable_xnet.
bool disables_xnet(const Environment& environment) {
  return in_lower_case(environment.get("CSGHUB_DISABLE_XNET").value_or("")) == "true";
}

struct CliLayout final : hf_client::CacheLayout {
  Description describe(const Environment& environment) const override {
    return {(cache(environment) / "models--<owner>--<name>").native(),
            environment.get(cache_variable) ? cache_variable : "HOME",
            {"csghub-sdk"},
            translated("any file in the snapshot of the commit that the hub names; offline, of the commit in refs/")};
  }
  /// Models utils.get_cache_dir, called without a type, and the expansion in _snapshot_download.py of huggingface_hub
  /// 2.4.0. An empty variable means the working folder.
  std::filesystem::path cache(const Environment& environment) const override {
    const std::string named = environment.get(cache_variable).value_or("~/.cache/csg/hub");
    return absolute_path(environment.working_folder, environment.expand_user(named));
  }
};

struct CliRules final : hf_client::CacheRules {
  /// Returns the ETag that CSGHub sends; for an LFS file it is the id of the pointer text (csghub-server,
  /// api/handler/repo.go, HeadSDKDownload, commit c1ada0e).
  ObjectId id_of(const RemoteFile& file) const override { return file.sha; }
  std::vector<std::string> notes(const Environment& environment, const View&) const override {
    return disables_xnet(environment) ? std::vector{std::string(translated(without_cli_cache))}
                                      : std::vector<std::string>();
  }
};

constexpr Words words{
    .client = {"csghub-cli"},
    .when_hub_moved_on = marked(
        "the hub has a new commit: run hubcache refresh; until then, csghub-cli downloads the hub's files beside yours "
        "and prints their folder if it is online, and uses yours if it is offline or started by hubcache run"),
    .when_hub_has_more = marked(
        "csghub-cli with huggingface_hub before 1.22 downloads such files; with later versions it does so only if "
        "they are named on the command line; under hubcache run, it does not find such files"),
    .when_only_here =
        marked("online, csghub-cli does not find such a file if it is named on the command line; it finds "
               "the file offline and under hubcache run")};

}  // namespace

const Target& csghub_cli() {
  static const CliLayout layout;
  static const CliRules rules;
  static const Target target{.name = "csghub-cli", .hub = csghub_hub, .words = words, .layout = layout, .rules = rules};
  return target;
}

}  // namespace hubcache::hub
