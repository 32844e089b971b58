#include "local_hub/figures.h"

#include <doctest/doctest.h>

#include "local_hub/access_log.h"
#include "unit/local_hub/finished_exchange.h"

namespace hubcache::local_hub {
namespace {

using namespace std::chrono_literals;

TEST_CASE("the figures stay small, whatever clients ask for") {
  Figures figures;
  for (std::size_t i = 0; i < 3 * Figures::most_repos; ++i) {
    FinishedExchange exchange("/", "10.0.0.1");
    exchange.set_topic("model owner/" + std::to_string(i));
    figures.add({exchange, 200, 10, 1ms, true});
  }
  CHECK(figures.of_repos().size() == Figures::most_repos + 1);
  CHECK(figures.of_repos().at(Figures::other_repos).requests == 2 * Figures::most_repos);
  const auto start = Figures::Clock::now();
  for (unsigned i = 0; i < 30'000; ++i) {
    const boost::asio::ip::address_v4 ip(0x0A000000 + i);
    figures.add({FinishedExchange("/", ip.to_string()), 200, 10, 1ms, true}, start + i * 1us);
  }
  CHECK(figures.clients(start + 1s) == 10'000);
  CHECK(figures.clients(start + 10min) == 0);
}

TEST_CASE("the last minute has complete seconds only, the oldest first") {
  Figures figures;
  const auto start = Figures::Clock::time_point(1000s);
  const FinishedExchange exchange("/", "::1");
  figures.add_bytes(5, start);
  figures.add({exchange, 500, 5, 2s, false}, start + 500ms);
  figures.add_bytes(7, start + 30s);
  CHECK(figures.last_minute(start + 900ms).back().bytes == 0);
  CHECK(figures.last_minute(start + 1s).back().bytes == 5);
  CHECK(figures.last_minute(start + 1s).back().requests == 1);
  const auto minute = figures.last_minute(start + 60s);
  CHECK(minute.size() == 60);
  CHECK(minute.front().bytes == 5);
  CHECK(minute[30].bytes == 7);
  CHECK(figures.last_minute(start + 61s).front().bytes == 0);
  CHECK(figures.last_minute(start + 2h)[30].bytes == 0);
  CHECK(figures.all().errors == 1);
  CHECK(figures.all().cut_off == 1);
  CHECK(figures.by_time()[4] == 1);  // at most 10 seconds
}

TEST_CASE("a line of the access log has no query and no target of a proxy") {
  const auto path = [](const std::string& target) {
    const std::string line = access_line({FinishedExchange(target, "10.1.2.3"), 200, 1, 1ms, true});
    const auto start = line.find("\"path\":\"") + 8;
    return line.substr(start, line.find('"', start) - start);
  };
  CHECK(path("/a/b?token=x") == "/a/b");
  CHECK(path("/a#token") == "/a");
  CHECK(path("/a@b") == "/a@b");
  for (const char* proxys :
       {"http://user:word@host:80/a", "//user:word@host/a", "/http://user:word@host/a", "host:443"})
    CHECK(path(proxys) == "");
  CHECK(path("/\xff\n") == "/\xEF\xBF\xBD\\n");
}

}  // namespace
}  // namespace hubcache::local_hub
