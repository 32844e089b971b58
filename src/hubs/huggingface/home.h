// The folders of the Hugging Face clients, from the variables that constants.py of huggingface_hub (1.33.0 and 2.4.0)
// reads.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <hubcache/environment.h>

namespace hubcache {

struct HuggingFaceHome {
  std::filesystem::path cache;       ///< HF_HUB_CACHE, else HUGGINGFACE_HUB_CACHE, else $HF_HOME/hub
  std::filesystem::path token_file;  ///< HF_TOKEN_PATH, else $HF_HOME/token
  std::filesystem::path modules;     ///< transformers 5.23.0: HF_MODULES_CACHE unexpanded, else $HF_HOME/modules
  std::filesystem::path datasets;    ///< datasets 5.2.0: HF_DATASETS_CACHE, else $HF_HOME/datasets
};

/// Returns the folders; $HF_HOME is HF_HOME, else $XDG_CACHE_HOME/huggingface, else ~/.cache/huggingface. An empty
/// variable means the working folder. huggingface_hub 0.26.5 differs: it does not expand '~' and '$' in HF_HUB_CACHE.
HuggingFaceHome huggingface_home(const Environment& environment);

/// Expands $NAME and ${NAME} as CPython's os.path.expandvars does on Linux: unset variables stay unchanged.
std::string expand_variables(const Environment& environment, std::string_view path);

}  // namespace hubcache
