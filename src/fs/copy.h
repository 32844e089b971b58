// Copies that a caller can cancel (base/cancel.h). fs/file.h has make_copy(), which always runs to its end.
#pragma once

#include <hubcache/result.h>

#include "fs/file.h"

namespace hubcache::fs {

/// Like make_copy(). ErrorCode::interrupted, and no file, if the caller cancels.
Result<void> make_copy_unless_cancelled(const Name& original, const Name& name);

}  // namespace hubcache::fs
