// The local hub: connects the server, the dialects, the requests to the upstream, and the proxy.
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

/// Returns the environment variables that lead every client to the local hub at `root`. `upstream`: see
/// LocalHubOptions.
Variables hub_variables(const Environment& environment, const std::string& root, server::Egress egress,
                        const std::optional<std::string>& upstream);

class LocalHub {
 public:
  /// Creates the hub: gathers the catalog, and computes the digests if a client will need them.
  static Result<std::unique_ptr<LocalHub>> make(boost::asio::io_context& io, const Environment& environment,
                                                const LocalHubOptions& options);
  ~LocalHub();

  /// Starts to answer requests. Construct Signals before this call, which may start threads.
  Result<void> listen(std::uint16_t port);
  std::string root() const;
  server::Egress egress() const { return egress_; }
  /// Returns the fixed sites of the hubs that have adopted repos.
  std::vector<server::Front> possible_fronts() const;
  /// Answers these sites for clients that use this hub as their proxy. Returns the certificate that they must trust.
  Result<std::string> answer_fronts(const std::vector<server::Front>& fronts);
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
