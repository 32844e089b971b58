// Joins two connections after a CONNECT: sends the bytes from each side to the other.
#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include "server/exchange.h"

namespace hubcache::server {

/// Takes over the client's connection. The tunnel ends when both sides have ended, when no bytes were transferred for
/// ten minutes, or when the client's connection is closed.
void join(std::shared_ptr<Exchange> client, boost::asio::ip::tcp::socket other);

}  // namespace hubcache::server
