// The library's log. It has no sinks, so the library writes nothing to stdout or stderr; a program may add sinks to it,
// as the hubcache command does (cli/log.h).
#pragma once

#include <spdlog/logger.h>

namespace hubcache {

/// Returns the library's logger, which stays silent until a sink is added and a level is set.
spdlog::logger& logger();

}  // namespace hubcache
