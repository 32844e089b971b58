#include "hubs/csghub/hub.h"

#include "hubs/csghub/checkup.h"
#include "hubs/csghub/dialect.h"
#include "hubs/csghub/endpoint.h"
#include "hubs/csghub/listing.h"
#include "hubs/csghub/target.h"

namespace hubcache::hub {
namespace {

/// The hub of csghub-sdk 0.9.3 (constants.py) and the servers of its files.
constexpr std::string_view hosts[] = {"opencsg.com"};

std::string nothing(const Environment&) { return ""; }

Result<Listing> list(http::Connections& connections, const Environment& environment, const RepoRef& repo,
                     const Local&) {
  return list_csghub(connections, environment, repo);
}

std::span<const Target* const> targets() {
  static const Target* const all[] = {&csghub(), &csghub_cli()};
  return all;
}

std::unique_ptr<Dialect> dialect() { return std::make_unique<CsgHubDialect>(); }

}  // namespace

constexpr Hub csghub_hub{.name = "csghub",
                         .title = "CSGHub",
                         .id_prefix = "csg",
                         .default_revision = "main",
                         .default_target = "csghub",
                         .local_dir_target = "",
                         .address_variable = "CSGHUB_DOMAIN",
                         .upstream_variable = "HUBCACHE_CSGHUB_UPSTREAM",
                         .proxy_rules = http::ProxyRules::requests,
                         .hosts = hosts,
                         .caches_many_repos = true,
                         .named_address = csghub_host,
                         .offline_variable = nothing,
                         .environment_note = nothing,
                         .list = list,
                         .targets = targets,
                         .dialect = dialect,
                         .checkup = &csghub_checkup};

}  // namespace hubcache::hub
