#include "third_hub/hub.h"

#include "base/path.h"
#include "hub/checkup.h"
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

Result<Endpoint> endpoint(const Environment& environment) {
  const std::string token = environment.get("SHELF_TOKEN").value_or("");
  return Endpoint{shelf_address(environment).value(),
                  token,
                  token.empty() ? "" : "SHELF_TOKEN",
                  "SHELF_URL",
                  "SHELF_TOKEN",
                  "Shelf"};
}

std::filesystem::path token_file(const Environment& environment) {
  return absolute_path(environment.working_folder, ".shelf-token");
}

/// The client reads SHELF_HOME only.
std::vector<Contradiction> contradictions(const Environment& environment) {
  const auto other = environment.get("SHELF_CACHE");
  const std::string used = environment.get("SHELF_HOME").value_or("shelf");
  if (!other || *other == used) return {};
  return {{.variable = "SHELF_CACHE",
           .value = *other,
           .used = "SHELF_HOME",
           .used_value = used,
           .effect = "shelf-client does not read SHELF_CACHE",
           .mend = "unset SHELF_CACHE"}};
}

std::vector<TwinFolders> twin_folders(const Environment&) { return {}; }

constexpr Checkup checkup{.probe = "/list/",
                          .token_scheme = "Bearer",
                          .token_cookie = "",
                          .login = "",
                          .hash_validation_variable = "",
                          .endpoint = endpoint,
                          .token_file = token_file,
                          .contradictions = contradictions,
                          .twin_folders = twin_folders};

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
                        .dialect = make_shelf_dialect,
                        .checkup = &checkup};

}  // namespace hubcache::hub
