// Hugging Face's hub, and the clients that read it.
#pragma once

#include "hub/hub.h"

namespace hubcache::hub {

extern const Hub huggingface_hub;

}  // namespace hubcache::hub
