// The base of the layouts of AI Studio's clients.
#pragma once

#include <string>
#include <vector>

#include "hub/layout.h"

namespace hubcache::hub {

struct AiStudioLayout : Layout {
  std::vector<std::string> own_names() const override { return {".git", "._tmp", "._hubcache"}; }
  std::vector<std::string> own_names_at_top() const override {
    return {".msc", ".mdl", ".mv", ".gitignore", ".gitattributes"};
  }
};

}  // namespace hubcache::hub
