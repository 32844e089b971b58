#include "base/time_text.h"

#include <fmt/chrono.h>

namespace hubcache {

std::string iso_time(std::int64_t second) { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(second)); }

}  // namespace hubcache
