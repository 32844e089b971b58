// The variables that keep huggingface_hub offline.
#pragma once

#include <string>

#include <hubcache/environment.h>

namespace hubcache::hub::hf_client {

/// Returns HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE if that variable stops huggingface_hub from contacting its hub; else
/// "".
std::string offline_variable(const Environment& environment);

/// Models huggingface_hub.constants._is_true.
bool is_true(std::string text);

}  // namespace hubcache::hub::hf_client
