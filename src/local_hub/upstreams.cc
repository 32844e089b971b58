#include "local_hub/upstreams.h"

#include <vector>

#include "http/url.h"
#include "hub/dialect.h"
#include "hub/upstream.h"
#include "hubs/registry.h"

namespace hubcache::local_hub {
namespace {

std::string host_of(const std::string& address) {
  const auto url = http::parse_url(address);
  return url ? url->host : "";
}

/// Clears the variables that would stop the clients from asking the local hub, which itself asks no other hub.
void clear_offline_variables(const hub::Hub& hub, Environment environment, Variables& variables) {
  for (std::string name = hub.offline_variable(environment); !name.empty(); name = hub.offline_variable(environment)) {
    environment.variables.erase(name);
    variables.emplace_back(name, std::nullopt);
  }
}

}  // namespace

server::Egress egress_of(const LocalHubOptions& options) {
  if (options.deny_all) return server::Egress::nothing;
  return options.offline ? server::Egress::no_hubs : server::Egress::free;
}

Result<std::string> upstream_of(const hub::Hub& hub, const Environment& environment,
                                const std::optional<std::string>& named) {
  if (named && &hub == hubs::all().front()) return *named;
  return hub.named_address(environment);
}

server::HostNames hub_hosts(const Environment& environment, const std::optional<std::string>& named) {
  server::HostNames hosts{hubs::known_hosts(), {}};
  for (const hub::Hub* hub : hubs::all())
    hosts.own.push_back(host_of(upstream_of(*hub, environment, named).value_or("")));
  std::erase(hosts.own, "");
  return hosts;
}

Variables hub_variables(const Environment& environment, const std::string& root, server::Egress egress,
                        const std::optional<std::string>& upstream) {
  Variables variables = proxy_variables(environment, root, egress, hub_hosts(environment, upstream));
  variables.emplace_back(hub::local_hub_variable, root);
  for (const hub::Hub* hub : hubs::all()) {
    const auto dialect = hub->dialect();
    if (auto named = upstream_of(*hub, environment, upstream))
      variables.emplace_back(hub->upstream_variable, *std::move(named));
    if (egress != server::Egress::free) clear_offline_variables(*hub, environment, variables);
    for (auto& variable : dialect->variables(root + std::string(dialect->prefix())))
      variables.emplace_back(std::move(variable));
  }
  return variables;
}

}  // namespace hubcache::local_hub
