// Two connections that are joined: what the one sends, the other gets (after a CONNECT).
#pragma once

#include <string>

#include <boost/asio/ip/tcp.hpp>

namespace hubcache::server {

/// `first`: what the client has sent already. Ends when both sides have ended, or nothing went either way for `idle`.
void join(boost::asio::ip::tcp::socket client, boost::asio::ip::tcp::socket other, std::string first);

}  // namespace hubcache::server
