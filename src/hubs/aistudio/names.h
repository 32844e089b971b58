// Rules for the file names that aistudio-sdk requests.
#pragma once

#include "hub/sift.h"

namespace hubcache::hub {

/// As aistudio_sdk.snapshot_download.get_model_files has it: folders and the top-level .gitignore and .gitattributes
/// are dropped.
extern const SiftRules aistudio_names;

}  // namespace hubcache::hub
