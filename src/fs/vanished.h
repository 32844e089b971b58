// Recognizes that another program has changed a folder during a walk.
#pragma once

#include <cerrno>

namespace hubcache::fs {

/// Returns true for an errno that says: the name was removed, or replaced by something other than a folder.
inline bool has_vanished(int number) { return number == ENOENT || number == ENOTDIR || number == ELOOP; }

}  // namespace hubcache::fs
