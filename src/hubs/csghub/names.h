// Rules for the file names that csghub-sdk requests.
#pragma once

#include "hub/sift.h"

namespace hubcache::hub {

extern const SiftRules csghub_names;

}  // namespace hubcache::hub
