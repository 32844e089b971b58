// The base of the layouts of modelscope: the cache, and local_dir.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/language.h"
#include "hub/layout.h"
#include "hub/target.h"
#include "hubs/modelscope/target.h"

namespace hubcache::hub {

/// TEMPORARY_FOLDER_NAME in hub/constants.py (1.37.1).
constexpr std::string_view temporary_folder = "._____temp";

struct ModelScopeLayout : Layout {
  const Anatomy& anatomy() const override { return modelscope_parts::anatomy; }
  std::vector<std::string> own_names() const override { return {".git", "._hubcache"}; }
  std::vector<std::string> own_names_at_top() const override {
    return {".msc", ".mdl", ".mv", std::string(temporary_folder)};
  }
};

constexpr Words modelscope_words{
    .client = {"modelscope", "snapshot_download", "model_file_download"},
    .caution =
        marked("modelscope since 1.38 ignores the index: it compares each file with the hub's, and downloads edited "
               "files again, unless you start the program with hubcache run"),
    .while_adopted =
        marked("the next run is that of modelscope before 1.38; later versions download edited files again, unless "
               "you start the program with hubcache run")};

}  // namespace hubcache::hub
