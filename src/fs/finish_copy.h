// The last step of a copy and of a reflink.
#pragma once

#include <hubcache/result.h>

#include "fs/new_file.h"
#include "fs/source.h"

namespace hubcache::fs {

/// Gives `copy` the times of its original, syncs it and keeps it; an Error if the original changed meanwhile.
Result<void> finish_copy(const Source& source, const Name& original, NewFile& copy);

}  // namespace hubcache::fs
