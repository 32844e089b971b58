// AI Studio's hub, a Gitea server, and the clients that read it.
#pragma once

#include "hub/hub.h"

namespace hubcache::hub {

extern const Hub aistudio_hub;

}  // namespace hubcache::hub
