// Detects what the terminal that a command prints to can show.
#pragma once

#include <cstddef>

#include <hubcache/environment.h>

namespace hubcache::cli {

/// True if escape sequences for colours may be printed: to a terminal, unless NO_COLOR or TERM=dumb forbid it.
bool wants_colour(const Environment& environment, int descriptor);

/// Returns the width in columns; 0 if the descriptor is not a terminal, 80 for a terminal that does not report a width.
std::size_t terminal_width(int descriptor);

}  // namespace hubcache::cli
