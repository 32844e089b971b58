// The base of the layouts of huggingface_hub: the cache, and local_dir.
#pragma once

#include <string>
#include <vector>

#include "hub/layout.h"
#include "hubs/huggingface/target.h"

namespace hubcache::hub {

struct HuggingFaceLayout : Layout {
  std::string_view objection_to(const RepoId& id) const override { return huggingface_parts::objection_to(id); }
  /// Includes huggingface_hub._commit_api.FORBIDDEN_FOLDERS, in which no repo has files.
  std::vector<std::string> own_names() const override { return {".git", ".cache", "._hubcache"}; }
  std::vector<std::string> own_names_at_top() const override { return {}; }
};

}  // namespace hubcache::hub
