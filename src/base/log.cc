#include "base/log.h"

namespace hubcache {
namespace {

spdlog::logger silent_logger() {
  spdlog::logger logger("hubcache");
  logger.set_level(spdlog::level::off);
  return logger;
}

}  // namespace

spdlog::logger& logger() {
  static spdlog::logger instance = silent_logger();
  return instance;
}

}  // namespace hubcache
