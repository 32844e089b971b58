#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace hubcache {

void set_up_log(const Environment& environment) {
  const auto logger = std::make_shared<spdlog::logger>("hubcache", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%H:%M:%S.%e %l %v");
  logger->set_level(spdlog::level::from_str(environment.get("HUBCACHE_LOG").value_or("warning")));
  spdlog::set_default_logger(logger);
}

}  // namespace hubcache
