// What one client may cost.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hubcache::server {

struct Limits {
  std::uint32_t header_bytes = 32 << 10;       ///< of a request; more is answered with 431
  std::uint64_t body_bytes = 256ull << 30;     ///< of a request that is passed through
  std::size_t connections = 8192;              ///< for one more, the slowest of the user who has the most is closed
  std::size_t of_one_user = 4096;              ///< for one more, the slowest of the same user is closed
  std::chrono::seconds for_header{30};         ///< from a request's first byte to the end of its header
  std::chrono::seconds idle{300};              ///< between two requests
  std::chrono::seconds without_progress{120};  ///< while a body goes either way
  std::chrono::seconds to_drain{30};           ///< what is under way at SIGTERM
};

}  // namespace hubcache::server
