// Rules for the file names that aistudio-sdk requests.
#pragma once

#include "hub/sift.h"

namespace hubcache::hub {

/// The rules of aistudio_sdk.snapshot_download.get_model_files: folders and the top-level .gitignore and .gitattributes
/// are dropped.
extern const SiftRules aistudio_names;

}  // namespace hubcache::hub
