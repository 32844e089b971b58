// Two connections that are joined: what the one sends, the other gets (after a CONNECT).
#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "server/exchange.h"

namespace hubcache::server {

/// Takes the client's connection over. Ends when both sides have ended, when nothing went either way for ten minutes,
/// or when the client's connection is closed.
void join(std::shared_ptr<Exchange> client, boost::asio::ip::tcp::socket other);

}  // namespace hubcache::server
