// Which names of a repo huggingface_hub asks for.
#pragma once

#include "hub/sift.h"

namespace hubcache::hub {

/// As huggingface_hub.snapshot_download has it.
extern const SiftRules huggingface_names;

}  // namespace hubcache::hub
