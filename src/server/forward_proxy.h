// The local hub as the command's HTTP proxy: refuses requests to hubs, or all requests, and forwards the others.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/exchange.h"
#include "server/host_names.h"
#include "server/relay.h"

namespace hubcache::server {

enum class Egress {
  free,     ///< the local hub is not a proxy
  no_hubs,  ///< --offline
  nothing,  ///< --deny-all
};

class ForwardProxy {
 public:
  /// `hubs`: the hosts that count as hubs. `say`: receives lines for the user.
  ForwardProxy(Egress egress, HostNames hubs, WayOut& way, std::function<void(const std::string&)> say);

  /// Whether the request is for a proxy: CONNECT host:port, or a target with a scheme.
  static bool is_for_proxy(const Request& request);
  void handle(const std::shared_ptr<Exchange>& exchange);

 private:
  bool refuses(std::string_view host) const;
  void refuse(const std::shared_ptr<Exchange>& exchange, const std::string& what);

  Egress egress_;
  HostNames hubs_;
  WayOut& way_;
  std::function<void(const std::string&)> say_;
};

}  // namespace hubcache::server
