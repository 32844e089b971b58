// CSGHub's hub (OpenCSG) and its clients.
#pragma once

#include "hub/hub.h"

namespace hubcache::hub {

extern const Hub csghub_hub;

}  // namespace hubcache::hub
