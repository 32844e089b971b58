// The bases of the layouts of huggingface_hub's clients: any, and those with the cache.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hub/layout.h"
#include "hubs/hf_client/cache.h"

namespace hubcache::hub::hf_client {

struct ClientLayout : Layout {
  std::string_view objection_to(const RepoId& id) const override { return hf_client::objection_to(id); }
  /// Includes huggingface_hub._commit_api.FORBIDDEN_FOLDERS, in which no repo has files.
  std::vector<std::string> own_names() const override { return {".git", ".cache", "._hubcache"}; }
  std::vector<std::string> own_names_at_top() const override { return {}; }
};

struct CacheLayout : ClientLayout {
  /// Returns the folder with the folders of all repos.
  virtual std::filesystem::path cache(const Environment& environment) const = 0;

  Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) const override {
    return hf_client::locate(cache(environment), type, id);
  }
  Places places(const Environment& environment, RepoType type) const override {
    return hf_client::places(cache(environment), type);
  }
  const Anatomy& anatomy() const override { return cache_anatomy; }
  OtherRepos other_repos(const Environment& environment) const override {
    return hf_client::other_repos(cache(environment));
  }
  std::vector<SharedFolder> shared_folders(const Environment& environment) const override {
    return hf_client::shared_folders(cache(environment));
  }
  std::filesystem::path files_in(const View& view, const RepoRef& repo) const override {
    return view.place.root / "snapshots" / version_in(view, repo);
  }
  std::optional<RelPath> location(const RelPath& path, const RevisionFacts& facts) const override {
    return hf_client::location(path, facts.version);
  }
};

}  // namespace hubcache::hub::hf_client
