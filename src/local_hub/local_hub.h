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
#include "local_hub/listen_address.h"
#include "local_hub/published_repos.h"
#include "local_hub/stored_contents.h"
#include "local_hub/tokens.h"
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
  /// Creates the hub: gathers the catalog, opens the stores, and computes the digests if a client will need them.
  static Result<std::unique_ptr<LocalHub>> make(boost::asio::io_context& io, const Environment& environment,
                                                const LocalHubOptions& options, const SharedHubOptions& shared = {});
  ~LocalHub();

  /// Starts to answer requests. Construct Signals before this call, which may start threads.
  Result<void> listen(const ListenAddress& address);
  /// Returns the address that the hub listens on; root(): as clients know it.
  std::string address() const;
  std::string root() const;
  /// Reads the token file again; if that fails, tells so and keeps the tokens.
  void read_tokens_again();
  server::Egress egress() const { return egress_; }
  /// Returns the fixed sites of the hubs that have adopted repos.
  std::vector<server::Front> possible_fronts() const;
  /// Answers these sites for clients that use this hub as their proxy. Returns the certificate that they must trust.
  Result<std::string> answer_fronts(const std::vector<server::Front>& fronts);
  void drain(std::function<void()> done) { server_.drain(std::move(done)); }

 private:
  class Desk;
  LocalHub(boost::asio::io_context& io, const Environment& environment, const LocalHubOptions& options,
           SharedHubOptions shared);

  /// Makes a server for other machines of the hub: stores, tokens.
  Result<void> share();
  /// Answers requests that the caller may not make, or that are not for a hub. Returns whether it has answered.
  bool refuse(const std::shared_ptr<server::Exchange>& exchange);
  void ask_stores(Desk& desk, const std::shared_ptr<server::Exchange>& exchange);
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
  Stores stores_;
  std::optional<PublishedRepos> published_;
  std::optional<StoredContents> contents_;
  std::optional<Tokens> tokens_;
  ListenAddress address_;
  std::vector<std::unique_ptr<Desk>> desks_;
  std::set<std::string> said_;
  server::HttpServer server_;
  std::optional<server::Aside> aside_{std::in_place, 2};
};

}  // namespace hubcache::local_hub
