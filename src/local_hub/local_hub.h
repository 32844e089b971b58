// The local hub put together: the server, the dialects, the way to the upstream, the proxy.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <hubcache/local_hub.h>

#include "hub/catalog.h"
#include "hub/dialect.h"
#include "local_hub/variables.h"
#include "server/aside.h"
#include "server/forward_proxy.h"
#include "server/http_server.h"
#include "server/relay.h"

namespace hubcache::local_hub {

/// The variables that lead every client to the local hub at `root`. `upstream`: LocalHubOptions'.
Variables hub_variables(const Environment& environment, const std::string& root, server::Egress egress,
                        const std::optional<std::string>& upstream);

class LocalHub {
 public:
  /// Gathers the catalog, and the digests where a client will want them.
  static Result<std::unique_ptr<LocalHub>> make(boost::asio::io_context& io, const Environment& environment,
                                                const LocalHubOptions& options);
  ~LocalHub();

  /// From then on requests are answered, which may start threads: Signals come before it.
  Result<void> listen(std::uint16_t port);
  std::string root() const;
  server::Egress egress() const { return egress_; }
  void drain(std::function<void()> done) { server_.drain(std::move(done)); }

 private:
  class Desk;
  LocalHub(boost::asio::io_context& io, const Environment& environment, const LocalHubOptions& options,
           hub::Catalog catalog);

  void handle(const std::shared_ptr<server::Exchange>& exchange);
  bool needs_digests() const;
  void describe_itself(const std::shared_ptr<server::Exchange>& exchange) const;
  void say(const std::string& line);

  boost::asio::io_context& io_;
  Environment environment_;
  LocalHubOptions options_;
  server::Egress egress_;
  hub::Catalog catalog_;
  hub::ServedDigests digests_;
  server::WayOut way_;
  server::ForwardProxy proxy_;
  std::vector<std::unique_ptr<Desk>> desks_;
  std::set<std::string> said_;
  server::HttpServer server_;
  std::optional<server::Aside> aside_{std::in_place, 2};
};

}  // namespace hubcache::local_hub
