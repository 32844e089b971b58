// Places of clients that pass a folder of their own to aistudio-sdk 0.3.x as local_dir.
#pragma once

#include <filesystem>

#include "hub/layout.h"

namespace hubcache::hub {

/// Returns a place with `._tmp` inside it.
Place local_dir_place(const std::filesystem::path& root, const std::filesystem::path& record);

/// Returns a place of that kind at folder/<owner>/<name>.
Result<Place> place_by_owner(const std::filesystem::path& folder, const RepoId& id);
/// Finds such places that hubcache has adopted. It reads only `._hubcache`, since `folder` may be the user's home.
Places adopted_by_owner(const std::filesystem::path& folder);

}  // namespace hubcache::hub
