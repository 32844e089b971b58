// Limits for clients.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hubcache::server {

struct Limits {
  std::uint32_t header_bytes = 32 << 10;    ///< longest header of a request; the server answers 431 to a longer one
  std::uint64_t body_bytes = 256ull << 30;  ///< longest body of a request that is forwarded
  std::size_t connections = 8192;       ///< beyond it, the slowest one of the user with the most connections is closed
  std::size_t of_one_user = 4096;       ///< beyond it, the slowest connection of the same user is closed
  std::chrono::seconds for_header{30};  ///< from a request's first byte to the end of its header
  std::chrono::seconds idle{300};       ///< between two requests
  std::chrono::seconds without_progress{120};   ///< while a body is transferred in either direction
  std::chrono::seconds for_header_in_drain{1};  ///< the same for a request that arrives as the server ends
  std::chrono::seconds to_drain{30};            ///< time for running exchanges to end after SIGTERM
};

}  // namespace hubcache::server
