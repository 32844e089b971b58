#include "hubs/aistudio/hub.h"

#include "base/language.h"
#include "hubs/aistudio/checkup.h"
#include "hubs/aistudio/dialect.h"
#include "hubs/aistudio/endpoint.h"
#include "hubs/aistudio/listing.h"
#include "hubs/aistudio/target.h"
#include "hubs/aistudio/targets.h"

namespace hubcache::hub {
namespace {

/// The hosts for git, statistics and CDN in config.py of aistudio-sdk 0.3.9.
constexpr std::string_view hosts[] = {
    "aistudio.baidu.com",       "sandbox-aistudio.baidu.com",     "sandbox-git.aistudio.baidu.com",
    "gitea-cdn.baidu-tech.com", "bj-gitea-online.cdn.bcebos.com", "gitea-sandbox.cdn.bcebos.com"};

std::string no_variable(const Environment&) { return ""; }

std::string note_on_hash_validation(const Environment& environment) {
  if (!aistudio().rules.settings(environment).hash_validation) return "";
  return say(
      "AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION is on, so aistudio-sdk rejects every cached file and downloads all "
      "files at every run; unset the variable, or start programs with hubcache run");
}

std::span<const Target* const> targets() {
  static const Target* const all[] = {&aistudio(),   &aistudio_dir(), &aistudio_0_2(),
                                      &fastdeploy(), &paddlex(),      &paddleformers()};
  return all;
}

std::unique_ptr<Dialect> dialect() { return std::make_unique<GiteaDialect>(); }

}  // namespace

constexpr Hub aistudio_hub{.name = "aistudio",
                           .title = "AI Studio",
                           .id_prefix = "",
                           .default_revision = "master",
                           .default_target = "aistudio",
                           .local_dir_target = "aistudio-dir",
                           .address_variable = "STUDIO_GIT_HOST",
                           .upstream_variable = "HUBCACHE_UPSTREAM",
                           .proxy_rules = http::ProxyRules::requests,
                           .hosts = hosts,
                           .tells_types_apart = false,
                           .named_address = aistudio_host,
                           .offline_variable = no_variable,
                           .environment_note = note_on_hash_validation,
                           .list = list_aistudio,
                           .targets = targets,
                           .dialect = dialect,
                           .checkup = &aistudio_checkup};

}  // namespace hubcache::hub
