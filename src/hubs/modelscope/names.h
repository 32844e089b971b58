// Rules for the file names that modelscope requests.
#pragma once

#include <string_view>

#include "hub/sift.h"

namespace hubcache::hub {

extern const SiftRules modelscope_names;

/// Whether clients before 1.38 leave the file out of a model's listing (hub/api.py of 1.37.1, get_model_files).
bool is_dropped_from_models(std::string_view path);

}  // namespace hubcache::hub
