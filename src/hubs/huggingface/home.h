// The folders of the Hugging Face clients, as huggingface_hub's constants.py (1.33.0 and 2.4.0) takes them from the
// variables.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <hubcache/environment.h>

namespace hubcache {

struct HuggingFaceHome {
  std::filesystem::path cache;       ///< HF_HUB_CACHE, else HUGGINGFACE_HUB_CACHE, else $HF_HOME/hub
  std::filesystem::path token_file;  ///< HF_TOKEN_PATH, else $HF_HOME/token
  std::filesystem::path modules;     ///< transformers 5.23.0: HF_MODULES_CACHE as it is, else $HF_HOME/modules
  std::filesystem::path datasets;    ///< datasets 5.2.0: HF_DATASETS_CACHE, else $HF_HOME/datasets
};

/// HF_HOME, else $XDG_CACHE_HOME/huggingface, else ~/.cache/huggingface. Set but empty is a value: the working folder.
/// huggingface_hub 0.26.5 differs where HF_HUB_CACHE begins with '~' or holds a '$': it takes both as they are.
HuggingFaceHome huggingface_home(const Environment& environment);

/// CPython's os.path.expandvars on Linux: $NAME and ${NAME}; what is not set stays as it is.
std::string expand_variables(const Environment& environment, std::string_view path);

}  // namespace hubcache
