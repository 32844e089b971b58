// Decides who may use the hub: programs of which users, clients with which tokens, under which host names.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ip/address.hpp>

#include <hubcache/environment.h>
#include <hubcache/local_hub.h>
#include <hubcache/result.h>

#include "local_hub/tokens.h"
#include "server/exchange.h"

namespace hubcache::local_hub {

class Access {
 public:
  using Tell = std::function<void(const std::string&)>;

  Access(bool allows_other_users, bool needs_no_token) : allows_all_(allows_other_users), no_token_(needs_no_token) {}

  /// Reads the file with the clients' tokens.
  Result<void> read_tokens(const std::filesystem::path& file);
  /// Opens at this address. ErrorCode::usage if other machines could use the hub without a token.
  Result<void> open(const boost::asio::ip::address& ip);

  /// Whether the hub is for other machines: it then does not ask whose a program is, and is no proxy.
  bool is_shared() const { return tokens_ || !ip_.is_loopback(); }
  const Tokens* tokens() const { return tokens_ ? &*tokens_ : nullptr; }

  /// Answers a request whose sender may not use the hub. `is_for_people`: a browser may send the token as a password.
  /// Calls `tell` with a line for the hub's user. Returns whether it has answered.
  bool refuses(const std::shared_ptr<server::Exchange>& exchange, bool is_for_people, const Tell& tell) const;
  /// Whether the Host header names this hub. A web page may make its own host name resolve to 127.0.0.1; requests of
  /// its browser carry that name.
  bool has_right_host(const server::Request& request) const;

 private:
  bool allows_all_, no_token_;
  boost::asio::ip::address ip_ = boost::asio::ip::address_v4::loopback();
  std::optional<Tokens> tokens_;
};

}  // namespace hubcache::local_hub
