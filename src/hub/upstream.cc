#include "hub/upstream.h"

#include "base/language.h"
#include "http/url.h"

namespace hubcache::hub {

std::optional<std::string> hub_named_by(const Environment& environment, const char* variable, const char* before) {
  auto named = environment.get(variable);
  const std::string local = environment.get(local_hub_variable).value_or("");
  const bool is_local = named && !local.empty() && (*named == local || named->starts_with(local + "/"));
  return is_local ? environment.get(before) : named;
}

Result<void> check_not_through_local_hub(const Environment& environment, const std::string& address,
                                         http::ProxyRules rules) {
  const auto local = http::parse_url(environment.get(local_hub_variable).value_or(""));
  const auto hub = http::parse_url(address);
  if (!local || !hub || hub->scheme != "http") return {};
  const auto proxy = http::parse_url(http::proxy_for(environment, *hub, rules).address);
  if (!proxy || !http::same_origin(*proxy, *local)) return {};
  return Error{ErrorCode::hub,
               say("cannot ask the hub {}: the proxy variables point to hubcache serve --offline", address),
               say("add --offline, or unset http_proxy and HTTP_PROXY")};
}

}  // namespace hubcache::hub
