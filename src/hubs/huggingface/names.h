// Rules for the file names that huggingface_hub requests.
#pragma once

#include "hub/sift.h"

namespace hubcache::hub {

/// As huggingface_hub.snapshot_download has it.
extern const SiftRules huggingface_names;

}  // namespace hubcache::hub
