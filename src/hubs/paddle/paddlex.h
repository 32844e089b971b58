// The places in which PaddleX, and PaddleOCR, which uses it, keep their models, whatever hub they get them from
// (paddlex/inference/utils/official_models.py): one folder for each model, by the model's name without the owner.
// PaddleX 3.2.0 calls snapshot_download with the folder as local_dir at every start. Later versions use any existing
// folder, so hubcache must create a place in one step, and must not create anything beside it that looks like a model.
#pragma once

#include <filesystem>
#include <string_view>

#include <hubcache/environment.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "hub/layout.h"
#include "hubs/paddle/local_dirs.h"

namespace hubcache::hub::paddle {

/// Returns the folder of the models.
std::filesystem::path paddlex_folder(const Environment& environment);
/// Returns the name of the variable that sets the folder.
std::string_view paddlex_variable(const Environment& environment);

Result<Place> paddlex_place(const Environment& environment, const RepoId& id, LocalDir local_dir);
/// A folder's name does not contain the owner: `owner` is the one whose repos PaddleX requests from the hub.
Places paddlex_places(const Environment& environment, std::string_view owner, LocalDir local_dir);

}  // namespace hubcache::hub::paddle
