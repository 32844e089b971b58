// Limits for a hub's listing.
#pragma once

#include <cstddef>

#include "base/language.h"

namespace hubcache::hub {

constexpr std::size_t max_files = 1'000'000;
constexpr std::size_t max_entries = 2 * max_files;  ///< files and folders
constexpr std::size_t max_pages = 20'000;
constexpr std::size_t max_folders = 100'000;  ///< folders that are listed one by one

constexpr const char* too_large_hint = marked("add --offline to continue without the hub");

}  // namespace hubcache::hub
