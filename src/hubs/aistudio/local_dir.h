// Places of the clients that give aistudio-sdk 0.3.x a folder of their own as local_dir.
#pragma once

#include <filesystem>

#include "hub/layout.h"

namespace hubcache::hub {

/// Returns a place in which `._tmp` lies inside.
Place local_dir_place(const std::filesystem::path& root, const std::filesystem::path& record);

/// Returns a place of that kind at folder/<owner>/<name>.
Result<Place> place_by_owner(const std::filesystem::path& folder, const RepoId& id);
/// Finds the places of that kind that hubcache has adopted: `folder` may be a whole home, where it looks at nothing
/// else.
Places adopted_by_owner(const std::filesystem::path& folder);

}  // namespace hubcache::hub
