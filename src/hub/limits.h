// How much of a hub's word is taken.
#pragma once

#include <cstddef>

namespace hubcache::hub {

constexpr std::size_t max_files = 1'000'000;
constexpr std::size_t max_entries = 2 * max_files;  ///< folders too
constexpr std::size_t max_pages = 20'000;
constexpr std::size_t max_folders = 100'000;  ///< to ask for one by one

constexpr const char* too_large_hint = "add --offline to continue without the hub";

}  // namespace hubcache::hub
