// Finds the files that may have duplicates, in the caches of the clients and in the user's folders.
#pragma once

#include <hubcache/dedupe.h>

#include "duplicates/files.h"

namespace hubcache::duplicates {

/// Follows no symlink but those above a cache folder, and at a folder that the request names. ErrorCode::usage for an
/// unknown target; ErrorCode::failed if a requested folder is missing.
Result<Files> gather(const Environment& environment, const DedupeRequest& request);

}  // namespace hubcache::duplicates
