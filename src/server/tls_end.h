// Ends TLS on a client's connection after a CONNECT, and joins it with a connection of this process that has the plain
// bytes.
#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>

#include <hubcache/result.h>

#include "server/exchange.h"

namespace boost::asio::ssl {
class context;
}

namespace hubcache::server {

/// Receives the other end of the plain connection when the handshake is done.
using TakePlain = std::function<void(boost::asio::ip::tcp::socket plain)>;

/// Takes over the client's connection, to which the answer to CONNECT was sent. At most two pieces of 64 KiB are in
/// memory: if one side reads slowly, the other side has to wait. The code that has the plain connection decides how
/// long the client may be silent. Both connections end when that code closes its end, when the client's connection is
/// closed, or when the client does not read for two minutes.
void end_tls(std::shared_ptr<Exchange> client, std::shared_ptr<boost::asio::ssl::context> context, TakePlain take);

}  // namespace hubcache::server
