// Places of clients that pass a folder of their own to aistudio-sdk 0.3.x as local_dir.
#pragma once

#include <filesystem>

#include "hub/layout.h"

namespace hubcache::hub {

/// Returns a place with `._tmp` inside it.
Place local_dir_place(const std::filesystem::path& root, const std::filesystem::path& record);

}  // namespace hubcache::hub
