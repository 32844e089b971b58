// Finds the files that the place had before the adoption.
#pragma once

#include <vector>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "hub/view.h"

namespace hubcache::adoption {

/// Returns the files in displaced/ as they are when they are back in the place, sorted by path.
Result<std::vector<hub::PlacedFile>> displaced_files(const Custody& custody, const hub::Place& place);

/// Returns the file with this location; nullptr if there is none. `displaced` is sorted.
const hub::PlacedFile* find_displaced(const std::vector<hub::PlacedFile>& displaced, const RelPath& location);

}  // namespace hubcache::adoption
