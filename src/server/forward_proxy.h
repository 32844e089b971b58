// The local hub as the command's HTTP proxy: answers https sites in place of the real ones, refuses requests to hubs,
// or all requests, and forwards the others.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/exchange.h"
#include "server/fronts.h"
#include "server/host_names.h"
#include "server/relay.h"

namespace hubcache::server {

enum class Egress {
  free,     ///< the local hub is a proxy for https only, and only if it has fronts
  no_hubs,  ///< --offline
  nothing,  ///< --deny-all
};

class ForwardProxy {
 public:
  /// `hubs`: the hosts that count as hubs. `say`: receives lines for the user.
  ForwardProxy(Egress egress, HostNames hubs, WayOut& way, std::function<void(const std::string&)> say);

  /// From now on, CONNECT requests for the fronts are answered here, whatever the egress.
  void answer_fronts(std::unique_ptr<Fronts> fronts) { fronts_ = std::move(fronts); }

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
  std::unique_ptr<Fronts> fronts_;
};

}  // namespace hubcache::server
