// A server tells its observer about the requests that it answers, for figures and logs.
#pragma once

#include <chrono>
#include <cstdint>

namespace hubcache::server {

class Exchange;

/// A request whose answer has ended, or whose connection was closed before.
struct Ended {
  const Exchange& exchange;                                     ///< its request() is still valid
  unsigned status = 0;                                          ///< 0: no answer was begun
  std::uint64_t bytes = 0;                                      ///< sent, with the header
  std::chrono::nanoseconds time = std::chrono::nanoseconds(0);  ///< since the request's header was complete
  bool is_complete = false;                                     ///< the whole answer was sent
};

/// Is called on the server's thread.
struct Observer {
  virtual ~Observer() = default;
  virtual void sent(std::uint64_t bytes) = 0;
  virtual void ended(const Ended& one) = 0;
};

}  // namespace hubcache::server
