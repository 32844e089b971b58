// AI Studio's hub, a Gitea server, and its clients.
#pragma once

#include "hub/hub.h"

namespace hubcache::hub {

extern const Hub aistudio_hub;

}  // namespace hubcache::hub
