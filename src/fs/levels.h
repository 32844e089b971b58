// How deep folders may lie.
#pragma once

#include <cstddef>

namespace hubcache::fs {

/// Levels of folders beneath a folder that is scanned. What lies deeper is left out and named.
constexpr std::size_t most_levels = 128;

/// A place holds what was scanned some levels deeper (snapshots/<commit>, kept/<time>).
constexpr std::size_t most_levels_of_place = most_levels + 8;

}  // namespace hubcache::fs
