#include "third_hub/hub.h"

#include "hub/dialect.h"
#include "hub/upstream.h"
#include "third_hub/parts.h"

namespace hubcache::hub {
namespace {

constexpr std::string_view hosts[] = {"shelf.example"};

std::string nothing(const Environment&) { return ""; }

std::span<const Target* const> targets() {
  static const Target* const all[] = {&shelf()};
  return all;
}

}  // namespace

Result<std::string> shelf_address(const Environment& environment) {
  return hub_named_by(environment, shelf_hub.address_variable, shelf_hub.upstream_variable)
      .value_or("https://shelf.example");
}

constexpr Hub shelf_hub{.name = "shelf",
                        .title = "Shelf",
                        .id_prefix = "sh",
                        .default_revision = "trunk",
                        .default_target = "shelf",
                        .local_dir_target = "shelf",
                        .address_variable = "SHELF_URL",
                        .upstream_variable = "HUBCACHE_SHELF_UPSTREAM",
                        .proxy_rules = http::ProxyRules::requests,
                        .hosts = hosts,
                        .named_address = shelf_address,
                        .offline_variable = nothing,
                        .environment_note = nothing,
                        .list = list_shelf,
                        .targets = targets,
                        .dialect = make_shelf_dialect};

}  // namespace hubcache::hub
