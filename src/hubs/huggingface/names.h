// Rules for the file names that huggingface_hub requests.
#pragma once

#include "hub/sift.h"

namespace hubcache::hub {

/// The rules of huggingface_hub.snapshot_download.
extern const SiftRules huggingface_names;

}  // namespace hubcache::hub
