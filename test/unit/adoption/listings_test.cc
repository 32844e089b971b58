// Listings, which requests several repos at once, against a hub on the loopback address.
#include "adoption/listings.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>

#include "hubs/registry.h"
#include "unit/http/loopback_server.h"

namespace hubcache::adoption {
namespace {

using test::Connection;
using test::LoopbackServer;
using test::Request;

const std::string commit(40, 'c');

/// Answers for every repo with a commit and no files.
bool answer(const Connection& connection, const Request& request) {
  const bool is_info = request.target.find("/revision/") != request.target.npos;
  return connection.reply(200, is_info ? R"({"sha":")" + commit + R"("})" : "[]");
}

Environment environment_of(const LoopbackServer& server) {
  Environment environment;
  environment.variables = {{"HF_ENDPOINT", server.origin()}, {"HF_TOKEN", "t0ken"}, {"HOME", "/nonexistent"}};
  return environment;
}

Site site_of(int number) {
  return {
      hubs::find_target("huggingface").value(),
      {RepoType::model, RepoId::parse("me/model" + std::to_string(number)).value(), Revision::parse("main").value()},
      {}};
}

hub::Local nothing(std::size_t names = 0) {
  return {[](const RelPath&) { return false; }, names};
}

}  // namespace

TEST_CASE("many repos are requested at once, each once, and are returned in order") {
  LoopbackServer server([](const Connection& connection, const Request& request) {
    return !connection.hangs_up_within(5) && answer(connection, request);
  });
  const Environment environment = environment_of(server);
  Listings listings(environment);
  std::vector<std::size_t> finished;
  std::size_t prepared = 0, most_ahead = 0;
  const auto ask = [&](std::size_t i) {
    ++prepared;
    return listings.ask(site_of(static_cast<int>(i)), nothing());
  };
  const auto done = in_order(listings, 60, ask, [&](std::size_t i, Listings::Asked asked) -> Result<void> {
    most_ahead = std::max(most_ahead, prepared - i);
    finished.push_back(i);
    const auto listing = std::move(asked).take();
    CHECK(listing.value().tree.version == commit);
    CHECK(listing.value().requests == 2);
    return {};
  });
  CHECK(done.has_value());
  CHECK(finished.size() == 60);
  CHECK(std::ranges::is_sorted(finished));
  CHECK(most_ahead == 16);
  CHECK(server.requests().size() == 120);
  CHECK(server.most_at_once() > 1);
  CHECK(server.most_at_once() <= 16);
}

TEST_CASE("fewer large repos are requested ahead") {
  LoopbackServer server(answer);
  const Environment environment = environment_of(server);
  Listings listings(environment);
  std::size_t prepared = 0, most_ahead = 0;
  const auto ask = [&](std::size_t i) {
    ++prepared;
    return listings.ask(site_of(static_cast<int>(i)), nothing(5000));
  };
  CHECK(in_order(listings, 10, ask, [&](std::size_t i, Listings::Asked asked) -> Result<void> {
          most_ahead = std::max(most_ahead, prepared - i);
          CHECK(std::move(asked).take().has_value());
          return {};
        }).has_value());
  CHECK(most_ahead == 2);
}

TEST_CASE("two requests for the same revision share the answer, and the cost is reported once") {
  LoopbackServer server(answer);
  const Environment environment = environment_of(server);
  Listings listings(environment);
  auto first = listings.ask(site_of(1), nothing());
  auto second = listings.ask(site_of(1), nothing());
  CHECK(std::move(first).take().value().requests == 2);
  CHECK(std::move(second).take().value().requests == 0);
  CHECK(server.requests().size() == 2);
}

TEST_CASE("a single listing is requested only when it is taken") {
  LoopbackServer server(answer);
  const Environment environment = environment_of(server);
  Listings listings(environment);
  {
    const auto dropped = listings.ask(site_of(1), nothing());
  }
  CHECK(server.requests().empty());
}

TEST_CASE("listings that nobody takes are cancelled, also while they are requested") {
  LoopbackServer server(
      [](const Connection& connection, const Request&) { return !connection.hangs_up_within(60000); });
  const Environment environment = environment_of(server);
  const auto start = std::chrono::steady_clock::now();
  {
    Listings listings(environment);
    std::vector<Listings::Asked> asked;
    for (int i = 0; i < 20; ++i) asked.push_back(listings.ask(site_of(i), nothing()));
    while (server.requests().empty()) std::this_thread::yield();
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));  // the server waits for 60 s
}

}  // namespace hubcache::adoption
