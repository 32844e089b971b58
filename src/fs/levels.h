// Limits for the depth of folders.
#pragma once

#include <cstddef>

namespace hubcache::fs {

/// Maximum depth below a scanned folder. A scan skips deeper folders and reports them.
constexpr std::size_t most_levels = 128;

/// Maximum depth below a place, which contains scanned folders at deeper levels (snapshots/<commit>, kept/<time>).
constexpr std::size_t most_levels_of_place = most_levels + 8;

}  // namespace hubcache::fs
