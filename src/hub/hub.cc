#include "hub/hub.h"

#include <algorithm>

#include "base/try.h"
#include "http/url.h"
#include "hub/aistudio.h"
#include "hub/aistudio_endpoint.h"
#include "hub/huggingface.h"
#include "hub/huggingface_endpoint.h"
#include "hub/upstream.h"

namespace hubcache::hub {

Result<Listing> list(HubKind hub, const Environment& environment, const RepoRef& repo, const Local& local) {
  const auto rules = hub == HubKind::huggingface ? http::ProxyRules::httpx : http::ProxyRules::requests;
  TRY(check_not_through_local_hub(environment, TRY(address(hub, environment)), rules));
  switch (hub) {
    case HubKind::aistudio: return list_aistudio(environment, repo, local);
    case HubKind::huggingface: return list_huggingface(environment, repo);
  }
  return Error{ErrorCode::failed, "no such hub", ""};
}

Result<std::string> address(HubKind hub, const Environment& environment) {
  const bool is_aistudio = hub == HubKind::aistudio;
  const std::string named = TRY(is_aistudio ? aistudio_host(environment) : huggingface_host(environment));
  const http::Url url = TRY(http::parse_url(named));
  const auto behind_scheme = url.text.find("://") + 3;
  const auto slash = std::min(url.text.find('/', behind_scheme), url.text.size());
  std::string prefix = url.text.substr(slash);
  while (prefix.ends_with('/')) prefix.pop_back();
  const bool is_default_port = url.port == (url.scheme == "https" ? "443" : "80");
  return url.scheme + "://" + url.host + (is_default_port ? "" : ":" + url.port) + prefix;
}

const char* address_variable(HubKind hub) { return hub == HubKind::aistudio ? "STUDIO_GIT_HOST" : "HF_ENDPOINT"; }

std::string offline_variable(HubKind hub, const Environment& environment) {
  return hub == HubKind::huggingface ? huggingface_offline_variable(environment) : "";
}

}  // namespace hubcache::hub
