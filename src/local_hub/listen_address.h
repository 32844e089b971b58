// The address on which a hub listens for other machines.
#pragma once

#include <cstdint>
#include <string_view>

#include <boost/asio/ip/address.hpp>

#include <hubcache/result.h>

namespace hubcache::local_hub {

struct ListenAddress {
  boost::asio::ip::address ip = boost::asio::ip::address_v4::loopback();
  std::uint16_t port = 0;
};

/// Parses "ADDRESS:PORT", "[IPV6]:PORT" or ":PORT" (all IPv4 addresses of this machine). ErrorCode::usage for other
/// text.
Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace hubcache::local_hub
