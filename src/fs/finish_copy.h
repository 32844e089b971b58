// What a copy and a reflink have in common.
#pragma once

#include <hubcache/result.h>

#include "fs/new_file.h"
#include "fs/source.h"

namespace hubcache::fs {

/// Gives `copy` the times of its original, syncs and keeps it; an Error where the original changed meanwhile.
Result<void> finish_copy(const Source& source, const Name& original, NewFile& copy);

}  // namespace hubcache::fs
