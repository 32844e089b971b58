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

#include "server/aside.h"
#include "server/catalog.h"
#include "server/dialect.h"
#include "server/forward_proxy.h"
#include "server/http_server.h"
#include "server/relay.h"
#include "server/variables.h"

namespace hubcache::server {

/// The dialects, the one that takes what no other takes last.
std::vector<std::unique_ptr<Dialect>> dialects();

/// The variables that lead every client to the local hub at `root`. `upstream`: LocalHubOptions'.
Variables hub_variables(const Environment& environment, const std::string& root, Egress egress,
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
  Egress egress() const { return egress_; }
  void drain(std::function<void()> done) { server_.drain(std::move(done)); }

 private:
  class Desk;
  LocalHub(boost::asio::io_context& io, const Environment& environment, const LocalHubOptions& options,
           Catalog catalog);

  void handle(const std::shared_ptr<Exchange>& exchange);
  bool needs_digests() const;
  void describe_itself(const std::shared_ptr<Exchange>& exchange) const;
  void say(const std::string& line);

  boost::asio::io_context& io_;
  Environment environment_;
  LocalHubOptions options_;
  Egress egress_;
  Catalog catalog_;
  ServedDigests digests_;
  WayOut way_;
  ForwardProxy proxy_;
  std::vector<std::unique_ptr<Desk>> desks_;
  std::set<std::string> said_;
  HttpServer server_;
  std::optional<Aside> aside_{std::in_place, 2};
};

}  // namespace hubcache::server
