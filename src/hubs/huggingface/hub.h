// Hugging Face's hub and its clients.
#pragma once

#include "hub/hub.h"

namespace hubcache::hub {

extern const Hub huggingface_hub;

}  // namespace hubcache::hub
