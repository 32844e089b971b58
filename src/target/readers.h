// The readers of AI Studio's models beside its own SDK, one file each.
#pragma once

#include "target/target.h"

namespace hubcache::target {

const Target& aistudio_0_2();
const Target& fastdeploy();
const Target& paddlex();
const Target& paddleformers();

}  // namespace hubcache::target
