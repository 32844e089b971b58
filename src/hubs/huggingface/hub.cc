#include "hubs/huggingface/hub.h"

#include "hubs/hf_client/offline.h"
#include "hubs/huggingface/checkup.h"
#include "hubs/huggingface/dialect.h"
#include "hubs/huggingface/endpoint.h"
#include "hubs/huggingface/listing.h"
#include "hubs/huggingface/target.h"

namespace hubcache::hub {
namespace {

/// huggingface_hub 2.4 (hub, CDN, Xet) and its mirrors.
constexpr std::string_view hosts[] = {"huggingface.co", "hf.co", "hf-mirror.com", "hf-api.gitee.com"};

std::string no_note(const Environment&) { return ""; }

Result<Listing> list(http::Connections& connections, const Environment& environment, const RepoRef& repo,
                     const Local&) {
  return list_huggingface(connections, environment, repo);
}

std::span<const Target* const> targets() {
  static const Target* const all[] = {&huggingface(), &huggingface_dir()};
  return all;
}

std::unique_ptr<Dialect> dialect() { return std::make_unique<HuggingFaceDialect>(); }

}  // namespace

constexpr Hub huggingface_hub{.name = "huggingface",
                              .title = "Hugging Face",
                              .id_prefix = "hf",
                              .default_revision = "main",
                              .default_target = "huggingface",
                              .local_dir_target = "hf-dir",
                              .address_variable = "HF_ENDPOINT",
                              .upstream_variable = "HUBCACHE_HF_UPSTREAM",
                              .proxy_rules = http::ProxyRules::httpx,
                              .hosts = hosts,
                              .caches_many_repos = true,
                              .named_address = huggingface_host,
                              .offline_variable = hf_client::offline_variable,
                              .environment_note = no_note,
                              .list = list,
                              .targets = targets,
                              .dialect = dialect,
                              .checkup = &huggingface_checkup};

}  // namespace hubcache::hub
