// The clients of AI Studio other than its SDK 0.3; each is in its own file.
#pragma once

#include "hub/target.h"

namespace hubcache::hub {

const Target& aistudio_0_2();
const Target& fastdeploy();
const Target& paddlex();
const Target& paddleformers();

}  // namespace hubcache::hub
