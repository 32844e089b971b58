#include "hubs/hf_client/offline.h"

#include <algorithm>

namespace hubcache::hub::hf_client {

bool is_true(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text == "1" || text == "ON" || text == "YES" || text == "TRUE";
}

/// Models huggingface_hub.constants.HF_HUB_OFFLINE (0.26.5 to 2.4.0): the first variable that is not empty decides.
std::string offline_variable(const Environment& environment) {
  for (const char* variable : {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}) {
    const std::string value = environment.get(variable).value_or("");
    if (!value.empty()) return is_true(value) ? variable : "";
  }
  return "";
}

}  // namespace hubcache::hub::hf_client
