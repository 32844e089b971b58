#include "hubs/modelscope/hub.h"

#include "base/language.h"
#include "hubs/modelscope/checkup.h"
#include "hubs/modelscope/dialect.h"
#include "hubs/modelscope/endpoint.h"
#include "hubs/modelscope/listing.h"
#include "hubs/modelscope/rules.h"
#include "hubs/modelscope/target.h"

namespace hubcache::hub {
namespace {

/// The two sites of modelscope 1.37.1 (hub/constants.py) and the servers of their files.
constexpr std::string_view hosts[] = {"modelscope.cn", "modelscope.ai", "modelscope.com"};

std::string no_variable(const Environment&) { return ""; }

std::string note_on_hash_validation(const Environment& environment) {
  if (!modelscope().rules.settings(environment).hash_validation) return "";
  return say(
      "MODELSCOPE_ENABLE_DEFAULT_HASH_VALIDATION is on, so modelscope before 1.38 replaces edited files by the hub's "
      "at every run; unset the variable");
}

Result<Listing> list(http::Connections& connections, const Environment& environment, const RepoRef& repo,
                     const Local&) {
  return list_modelscope(connections, environment, repo);
}

std::span<const Target* const> targets() {
  static const Target* const all[] = {&modelscope(), &modelscope_dir(), &modelscope_fastdeploy(),
                                      &modelscope_paddlex()};
  return all;
}

std::unique_ptr<Dialect> dialect() { return std::make_unique<ModelScopeDialect>(); }

}  // namespace

constexpr Hub modelscope_hub{.name = "modelscope",
                             .title = "ModelScope",
                             .id_prefix = "ms",
                             .default_revision = "master",
                             .default_target = "modelscope",
                             .local_dir_target = "ms-dir",
                             .address_variable = "MODELSCOPE_ENDPOINT",
                             .upstream_variable = "HUBCACHE_MODELSCOPE_UPSTREAM",
                             .proxy_rules = http::ProxyRules::requests,
                             .hosts = hosts,
                             .caches_many_repos = true,
                             .named_address = modelscope_host,
                             .offline_variable = no_variable,
                             .environment_note = note_on_hash_validation,
                             .list = list,
                             .targets = targets,
                             .dialect = dialect,
                             .checkup = &modelscope_checkup};

}  // namespace hubcache::hub
