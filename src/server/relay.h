// A request that is passed through: to the upstream as it came, and its answer back as it comes, piece by piece.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "http/certificates.h"
#include "http/proxy.h"
#include "server/curl_loop.h"
#include "server/exchange.h"
#include "server/mount.h"

namespace hubcache::server {

/// Where requests go out: proxies and certificate authorities by the user's variables (http/proxy.h, certificates.h).
struct WayOut {
  WayOut(boost::asio::io_context& io, const Environment& user)
      : loop(io), environment(user), certificates(http::certificates_for(user)) {}
  CurlLoop loop;
  Environment environment;
  http::Certificates certificates;
};

/// Called instead of an answer where there is none: the upstream cannot be reached.
using Unreachable = std::function<void(const std::string& reason)>;

/// Headers of the one connection are left out, all others go through, the credentials too; redirects are not followed.
/// Addresses of the upstream in the answer are mapped by `mount`, so that the client comes by here again.
/// `proxy_rules`: how the client of the request reads no_proxy.
/// At most one piece is held in memory: who reads slowly slows the other side down.
void relay(WayOut& way, const std::shared_ptr<Exchange>& exchange, const std::string& url, const Mount& mount,
           http::ProxyRules proxy_rules, Unreachable unreachable);

}  // namespace hubcache::server
