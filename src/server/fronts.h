// The https sites that the local hub answers in place of the real ones.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include <hubcache/result.h>

#include "http/url.h"
#include "server/exchange.h"
#include "server/front.h"
#include "server/identity.h"

namespace hubcache::server {

class Fronts {
 public:
  /// Serves the plain bytes of the client's connection `tls`.
  using Serve = std::function<void(boost::asio::ip::tcp::socket plain, std::shared_ptr<Exchange> tls,
                                   std::shared_ptr<const Front> front)>;

  /// Makes the certificates. `fronts`: at least one; is_host_name holds for the host of each.
  static Result<std::unique_ptr<Fronts>> make(const std::vector<Front>& fronts, Serve serve);

  /// The certificate that clients must trust, as PEM.
  const std::string& authority() const { return identity_.authority; }

  /// Returns the front that the client of a CONNECT request to `url` gets; nullptr if it gets the real site. A client
  /// that sends other headers than Host with CONNECT gets the real site: curl, git, wget, httpx, and hubcache itself.
  /// They do not read REQUESTS_CA_BUNDLE. Python's http.client, and so requests, sends no header (3.11) or Host (3.12).
  std::shared_ptr<const Front> front_for(const Request& request, const http::Url& url) const;
  void answer(const std::shared_ptr<Exchange>& exchange, std::shared_ptr<const Front> front) const;

 private:
  Fronts(const std::vector<Front>& fronts, Identity identity, Serve serve);

  std::vector<std::shared_ptr<const Front>> fronts_;
  Identity identity_;
  Serve serve_;
};

}  // namespace hubcache::server
