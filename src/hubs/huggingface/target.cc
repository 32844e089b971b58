#include "hubs/huggingface/target.h"

#include "base/language.h"
#include "hubs/hf_client/layout.h"
#include "hubs/hf_client/rules.h"
#include "hubs/huggingface/home.h"
#include "hubs/huggingface/hub.h"

namespace hubcache::hub {
namespace {

/// Files that transformers 5.23.0 (AutoConfig, AutoTokenizer) and datasets 5.2.0 (load_dataset) request although a repo
/// may lack them (test/e2e/test_hf_loaders_facts.py).
constexpr std::string_view optional_for_loaders[] = {"added_tokens.json",       "chat_template.jinja",
                                                     "special_tokens_map.json", "tokenizer.model",
                                                     ".huggingface.yaml",       "dataset_infos.json"};

/// Returns the first set variable of those from which huggingface_home() gets the cache.
std::string_view deciding_variable(const Environment& environment) {
  for (const std::string_view name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"}) {
    if (environment.get(name)) return name;
  }
  return "HOME";
}

struct HomeLayout final : hf_client::CacheLayout {
  Description describe(const Environment& environment) const override {
    return {(cache(environment) / "models--<owner>--<name>").native(),
            deciding_variable(environment),
            {"huggingface_hub", "transformers", "datasets"},
            translated("any file in the snapshot of the commit that the hub names; offline, of the commit in refs/")};
  }
  std::filesystem::path cache(const Environment& environment) const override {
    return huggingface_home(environment).cache;
  }
};

struct HomeRules final : hf_client::CacheRules {
  Result<std::vector<CommitCopy>> commit_copies(const Environment& environment, const RepoRef& repo,
                                                std::string_view version) const override {
    return huggingface_parts::commit_copies(environment, repo, version);
  }
  std::string copies_caution(const Environment& environment, const RepoRef& repo, std::string_view version,
                             bool has_code) const override {
    return huggingface_parts::copies_caution(environment, repo, version, has_code);
  }
  /// Models file_download._hf_hub_download_to_cache_dir and _snapshot_download.snapshot_download of 0.26.5; 1.33.0 does
  /// not write these files.
  std::vector<Written> written_at_each_run(const Place& place) const override {
    constexpr std::string_view by = "huggingface_hub 0.26.5";
    return {{place.root / "blobs", Written::What::folder, by}, {place.root / "refs/main", Written::What::file, by}};
  }

 protected:
  std::span<const std::string_view> optional_files() const override { return optional_for_loaders; }
};

constexpr Words words{
    .client = {"huggingface_hub", "snapshot_download", "hf_hub_download"},
    .when_hub_moved_on =
        marked("the hub has a new commit: run hubcache refresh; until then, programs that are online use "
               "the hub's files, and programs that are offline or started by hubcache run use yours"),
    .when_hub_has_more =
        marked("huggingface_hub before 1.22 downloads such files; later versions do so only if a program "
               "requests a file by name; under hubcache run, clients do not find such files"),
    .when_only_here = marked(
        "online, programs may not find this file; offline (HF_HUB_OFFLINE=1) and under hubcache run they find it")};

}  // namespace

const Target& huggingface() {
  static const HomeLayout layout;
  static const HomeRules rules;
  static const Target target{
      .name = "huggingface", .hub = huggingface_hub, .words = words, .layout = layout, .rules = rules};
  return target;
}

}  // namespace hubcache::hub
