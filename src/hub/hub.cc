#include "hub/hub.h"

#include <algorithm>

#include "base/try.h"
#include "http/url.h"
#include "hub/upstream.h"

namespace hubcache::hub {

Result<Listing> list(const Hub& hub, http::Connections& connections, const Environment& environment,
                     const RepoRef& repo, const Local& local) {
  TRY(check_not_through_local_hub(environment, TRY(address(hub, environment)), hub.proxy_rules));
  return hub.list(connections, environment, repo, local);
}

Result<std::string> address(const Hub& hub, const Environment& environment) {
  const http::Url url = TRY(http::parse_url(TRY(hub.named_address(environment))));
  const auto behind_scheme = url.text.find("://") + 3;
  const auto slash = std::min(url.text.find('/', behind_scheme), url.text.size());
  std::string prefix = url.text.substr(slash);
  while (prefix.ends_with('/')) prefix.pop_back();
  const bool is_default_port = url.port == (url.scheme == "https" ? "443" : "80");
  return url.scheme + "://" + url.host + (is_default_port ? "" : ":" + url.port) + prefix;
}

}  // namespace hubcache::hub
