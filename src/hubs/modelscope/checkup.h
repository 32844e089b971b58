// What `hubcache doctor` has to know about the hub and its clients.
#pragma once

#include "hub/checkup.h"

namespace hubcache::hub {

extern const Checkup modelscope_checkup;

}  // namespace hubcache::hub
