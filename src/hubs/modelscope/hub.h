// ModelScope's hub and its clients.
#pragma once

#include "hub/hub.h"

namespace hubcache::hub {

extern const Hub modelscope_hub;

}  // namespace hubcache::hub
