// A request that nobody has sent, for tests of figures and logs.
#pragma once

#include <cstdlib>
#include <string>
#include <utility>

#include "server/exchange.h"

namespace hubcache::local_hub {

class FinishedExchange final : public server::Exchange {
 public:
  FinishedExchange(std::string target, const std::string& client)
      : target_(std::move(target)), client_(boost::asio::ip::make_address(client)) {
    request_.method = "GET";
    request_.target = target_;
  }

  const server::Request& request() const override { return request_; }
  const Result<server::PeerOwner>& peer() const override { return peer_; }
  const server::Front* front() const override { return nullptr; }
  const boost::asio::ip::address& client() const override { return client_; }
  void answer(server::Answer) override {}
  void begin(unsigned, std::string, std::optional<std::uint64_t>, Then) override {}
  void send(std::string, Then) override {}
  void finish() override {}
  void abort() override {}
  void read_body(std::function<void(std::optional<std::string_view>)>) override {}
  void when_closed(std::function<void()>) override {}
  std::string take_over() override { return ""; }
  boost::asio::ip::tcp::socket& socket() override { std::abort(); }
  void made_progress() override {}

 private:
  std::string target_;
  boost::asio::ip::address client_;
  server::Request request_;
  Result<server::PeerOwner> peer_ = server::PeerOwner{};
};

}  // namespace hubcache::local_hub
