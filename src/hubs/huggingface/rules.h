// The base of the rules of huggingface_hub: the cache, and local_dir.
#pragma once

#include <string>

#include "hub/rules.h"
#include "hubs/huggingface/endpoint.h"
#include "hubs/huggingface/target.h"

namespace hubcache::hub {

struct HuggingFaceRules : Rules {
  std::string version_in(const View& view, const RepoRef& repo) const override {
    return huggingface_parts::version_in(view, repo);
  }
  ClientSettings settings(const Environment& environment) const override {
    return {.is_offline = !huggingface_offline_variable(environment).empty()};
  }
  bool is_made_up(const RepoRef& repo, std::string_view version) const override {
    return huggingface_parts::is_made_up(repo, version);
  }
  ObjectId id_of(const RemoteFile& file) const override { return file.lfs_sha256.value_or(file.sha); }
  bool can_pin() const override { return false; }
};

}  // namespace hubcache::hub
