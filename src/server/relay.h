// Passes a request to the upstream, and its answer back to the client, piece by piece.
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

/// Settings for outgoing requests: proxies and certificate authorities from the user's variables (http/proxy.h,
/// certificates.h).
struct WayOut {
  WayOut(boost::asio::io_context& io, const Environment& user)
      : loop(io), environment(user), certificates(http::certificates_for(user)) {}
  CurlLoop loop;
  Environment environment;
  http::Certificates certificates;
  bool passes_credentials = true;  ///< false: the clients' Authorization and Cookie headers are not for the upstream
};

/// Called if the upstream cannot be reached or sends no valid answer; it must answer the client.
using Unreachable = std::function<void(const std::string& reason)>;

/// Passes the request through with its headers, including credentials, but without headers of the connection. Does not
/// follow redirects. Maps the upstream's addresses in the answer with `mount`, so that the client's next requests go to
/// the local hub too. `proxy_rules`: the rules by which the client reads no_proxy.
/// Holds at most one piece in memory: if one side reads slowly, the other side has to wait.
void relay(WayOut& way, const std::shared_ptr<Exchange>& exchange, const std::string& url, const Mount& mount,
           http::ProxyRules proxy_rules, Unreachable unreachable);

}  // namespace hubcache::server
