// Writes the log to stderr. HUBCACHE_LOG sets its level: trace, debug, info, warn, error, off; unset: warn.
#pragma once

#include <hubcache/environment.h>

namespace hubcache::cli {

/// Makes the library's log write to stderr. Call it once, before the library logs.
void log_to_stderr(const Environment& environment);

}  // namespace hubcache::cli
