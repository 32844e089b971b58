// The clients of AI Studio beside its own SDK 0.3, one file each.
#pragma once

#include "hub/target.h"

namespace hubcache::hub {

const Target& aistudio_0_2();
const Target& fastdeploy();
const Target& paddlex();
const Target& paddleformers();

}  // namespace hubcache::hub
