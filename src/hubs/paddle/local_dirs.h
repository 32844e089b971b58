// Folders that a program passes to its hub's client as local_dir: one for each repo, in a folder of the program.
#pragma once

#include <filesystem>

#include <hubcache/result.h>

#include "hub/layout.h"

namespace hubcache::hub::paddle {

/// Makes the place of a client in a folder that it gets as local_dir.
using LocalDir = Place (*)(const std::filesystem::path& root, const std::filesystem::path& record);

/// Returns the place at folder/<owner>/<name>.
Result<Place> place_by_owner(const std::filesystem::path& folder, const RepoId& id, LocalDir local_dir);
/// Finds such places that hubcache has adopted. It reads only `._hubcache`, since `folder` may be the user's home.
Places adopted_by_owner(const std::filesystem::path& folder, LocalDir local_dir);

}  // namespace hubcache::hub::paddle
