// How large what a program loads from a place is.
#pragma once

#include <cstdint>

#include "target/view.h"

namespace hubcache::adoption {

/// In bytes: of the file itself, where a symlink to it stands in the place; of the symlink where it leads to nothing.
std::uint64_t content_size(const target::View& view, const target::PlacedFile& placed);

}  // namespace hubcache::adoption
