#include "cli/log.h"

#include <spdlog/sinks/stdout_sinks.h>

#include "base/log.h"

namespace hubcache::cli {

void log_to_stderr(const Environment& environment) {
  logger().sinks().push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger().set_pattern("%H:%M:%S.%e %l %v");
  logger().set_level(spdlog::level::from_str(environment.get("HUBCACHE_LOG").value_or("warning")));
}

}  // namespace hubcache::cli
