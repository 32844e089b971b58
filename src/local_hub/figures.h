// Figures about the requests of a hub since its start. Their size in memory is limited.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "server/observer.h"

namespace hubcache::local_hub {

class Figures {
 public:
  using Clock = std::chrono::steady_clock;

  struct Count {
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0;    ///< sent, with headers
    std::uint64_t errors = 0;   ///< answers with a status from 500 on
    std::uint64_t cut_off = 0;  ///< connections that ended before the answer did
  };
  struct Second {
    std::uint64_t requests = 0, bytes = 0;
  };
  /// Upper limits for the time of an answer, in seconds. Slower ones are counted after the last.
  static constexpr std::array<double, 7> limits = {0.001, 0.01, 0.1, 1, 10, 60, 600};
  static constexpr std::size_t most_repos = 1000;
  static constexpr std::size_t seconds = 60;

  void add_bytes(std::uint64_t bytes, Clock::time_point now = Clock::now());
  /// Bytes of the answer are counted by add_bytes(), too.
  void add(const server::Ended& one, Clock::time_point now = Clock::now());

  /// `bytes` has those of running answers, too.
  const Count& all() const { return all_; }
  /// By topic (topic.h). Further repos are counted together, under `other_repos`.
  const std::map<std::string, Count, std::less<>>& of_repos() const { return of_repos_; }
  static constexpr const char* other_repos = "";
  /// By status; 0: no answer was begun.
  const std::map<unsigned, std::uint64_t>& by_status() const { return by_status_; }
  const std::array<std::uint64_t, limits.size() + 1>& by_time() const { return by_time_; }
  double total_time() const { return total_time_; }  ///< seconds

  /// Returns the number of client addresses in the last five minutes; at most 10,000.
  std::size_t clients(Clock::time_point now = Clock::now()) const;
  /// Returns the last 60 complete seconds, the oldest first.
  std::vector<Second> last_minute(Clock::time_point now = Clock::now()) const;

 private:
  struct DatedSecond : Second {
    std::int64_t at = -1;  ///< the second, by the clock
  };
  DatedSecond& second_at(Clock::time_point now);
  void see(const boost::asio::ip::address& client, Clock::time_point now);

  Count all_;
  std::map<std::string, Count, std::less<>> of_repos_;
  std::map<unsigned, std::uint64_t> by_status_;
  std::array<std::uint64_t, limits.size() + 1> by_time_{};
  double total_time_ = 0;
  std::map<boost::asio::ip::address, Clock::time_point> clients_;  ///< when a client was last seen
  std::array<DatedSecond, seconds + 1> ring_;
};

}  // namespace hubcache::local_hub
