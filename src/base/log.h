// The log goes to stderr; its level comes from HUBCACHE_LOG (trace, debug, info, warn, error, off; unset: warn).
#pragma once

#include <hubcache/environment.h>

namespace hubcache {

/// Call once, before anything logs through spdlog's default logger.
void set_up_log(const Environment& environment);

}  // namespace hubcache
