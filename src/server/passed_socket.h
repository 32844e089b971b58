// A listening socket that another program has opened for this process.
#pragma once

#include <cstdint>
#include <optional>

#include <boost/asio/ip/address.hpp>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "fs/descriptor.h"

namespace hubcache::server {

struct PassedSocket {
  fs::Descriptor listener;
  boost::asio::ip::address ip;
  std::uint16_t port = 0;
};

/// Returns the socket that systemd's protocol passes by LISTEN_PID and LISTEN_FDS (sd_listen_fds(3)); nullopt if the
/// variables are unset or meant for another process. ErrorCode::usage for several sockets, or for anything but a
/// listening TCP socket.
Result<std::optional<PassedSocket>> passed_socket(const Environment& environment);

}  // namespace hubcache::server
