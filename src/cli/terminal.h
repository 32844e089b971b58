// What the terminal that a command prints to can show.
#pragma once

#include <cstddef>

#include <hubcache/environment.h>

namespace hubcache::cli {

/// Whether escape sequences for colours may be printed: to a terminal, unless NO_COLOR or TERM=dumb forbid it.
bool wants_colour(const Environment& environment, int descriptor);

/// 0 if it is no terminal; 80 for a terminal that does not tell.
std::size_t terminal_width(int descriptor);

}  // namespace hubcache::cli
