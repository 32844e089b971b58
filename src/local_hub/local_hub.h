// The local hub: connects the server, the dialects, the requests to the upstream, and the proxy.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <hubcache/local_hub.h>

#include "hub/catalog.h"
#include "hub/dialect.h"
#include "local_hub/access.h"
#include "local_hub/listen_address.h"
#include "local_hub/shared_stores.h"
#include "server/aside.h"
#include "server/forward_proxy.h"
#include "server/http_server.h"
#include "server/relay.h"

namespace hubcache::local_hub {

class LocalHub {
 public:
  /// Creates the hub: gathers the catalog, opens the stores, and computes the digests if a client will need them.
  static Result<std::unique_ptr<LocalHub>> make(boost::asio::io_context& io, const Environment& environment,
                                                const LocalHubOptions& options, const SharedHubOptions& shared = {});
  ~LocalHub();

  /// Gives the hub a page for browsers, metrics and the access log. Call it before listen().
  Result<void> add_overview();
  /// Starts to answer requests. Construct Signals before this call, which may start threads.
  Result<void> listen(const ListenAddress& address);
  Result<void> listen(server::PassedSocket passed);
  /// Returns the address that the hub listens on; root(): as clients know it.
  std::string address() const;
  std::string root() const;
  /// Reads the token file again, and opens the access log again; if that fails, tells so and keeps what it has.
  void reload();
  server::Egress egress() const { return egress_; }
  /// Returns the fixed sites of the hubs that have adopted repos.
  std::vector<server::Front> possible_fronts() const;
  /// Answers these sites for clients that use this hub as their proxy. Returns the certificate that they must trust.
  Result<std::string> answer_fronts(const std::vector<server::Front>& fronts);
  void drain(std::function<void()> done) { server_.drain(std::move(done)); }

 private:
  class DialectServices;
  class Overview;
  LocalHub(boost::asio::io_context& io, const Environment& environment, const LocalHubOptions& options,
           SharedHubOptions shared);

  /// Makes a server for other machines of the hub: stores, tokens.
  Result<void> share();
  bool serves_adoptions() const;
  void listens_at(const boost::asio::ip::address& ip);
  /// Answers requests that the caller may not make, or that are not for a hub. Returns whether it has answered.
  bool refuse(const std::shared_ptr<server::Exchange>& exchange, bool is_for_people);
  void ask_stores(DialectServices& services, const std::shared_ptr<server::Exchange>& exchange);
  void handle(const std::shared_ptr<server::Exchange>& exchange);
  bool needs_digests() const;
  void describe_itself(const std::shared_ptr<server::Exchange>& exchange) const;
  void say(const std::string& line);

  boost::asio::io_context& io_;
  Environment environment_;
  LocalHubOptions options_;
  SharedHubOptions shared_;
  server::Egress egress_;
  hub::Catalog catalog_;
  hub::ServedDigests digests_;
  server::WayOut way_;
  server::ForwardProxy proxy_;
  Access access_;
  std::unique_ptr<SharedStores> stores_;  ///< nullptr: the hub serves no published repos
  ListenAddress address_;
  std::vector<std::unique_ptr<DialectServices>> services_;
  std::set<std::string> said_;
  std::unique_ptr<Overview> overview_;
  server::HttpServer server_;
  std::optional<server::Aside> aside_{std::in_place, 2};
};

}  // namespace hubcache::local_hub
