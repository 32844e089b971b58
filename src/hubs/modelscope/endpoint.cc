#include "hubs/modelscope/endpoint.h"

#include "base/try.h"
#include "http/client.h"
#include "http/url.h"
#include "hub/token_file.h"
#include "hub/upstream.h"
#include "hubs/modelscope/hub.h"

namespace hubcache::hub {
namespace {

constexpr const char* domain_variable = "MODELSCOPE_DOMAIN";
constexpr const char* main_site = "https://www.modelscope.cn";
constexpr const char* other_site = "https://www.modelscope.ai";
constexpr const char* token_variable = "MODELSCOPE_API_TOKEN";

/// Returns the address that a variable names; "" if none does.
std::string named_host(const Environment& environment) {
  const auto endpoint = hub_named_by(environment, modelscope_hub.address_variable, modelscope_hub.upstream_variable);
  std::string host = stripped(endpoint.value_or(""));
  const std::string domain = stripped(environment.get(domain_variable).value_or(""));
  if (host.empty() && !domain.empty()) host = "https://" + domain;
  while (host.ends_with('/')) host.pop_back();
  return host;
}

}  // namespace

Result<std::string> modelscope_host(const Environment& environment) {
  std::string host = named_host(environment);
  if (host.empty()) return std::string(main_site);
  if (host.find_first_of("?#") == host.npos && http::parse_url(host)) return host;
  return Error{ErrorCode::usage,
               "MODELSCOPE_ENDPOINT or MODELSCOPE_DOMAIN is not a valid address: '" + http::for_message(host) + "'",
               "unset the variable, or set MODELSCOPE_ENDPOINT to a URL such as https://www.modelscope.cn"};
}

std::vector<std::string> modelscope_sites(const Environment& environment) {
  const std::string domain = stripped(environment.get(domain_variable).value_or(""));
  if (!domain.empty()) return {"https://" + domain};
  return {main_site, other_site};
}

std::string second_site(const Environment& environment) { return named_host(environment).empty() ? other_site : ""; }

Endpoint modelscope_endpoint_at(std::string host, std::string token) {
  return {std::move(host), std::move(token),
          token_variable,  modelscope_hub.address_variable,
          token_variable,  "ModelScope or a server with the same API"};
}

Result<Endpoint> modelscope_endpoint(const Environment& environment) {
  return modelscope_endpoint_at(TRY(modelscope_host(environment)),
                                stripped(environment.get(token_variable).value_or("")));
}

}  // namespace hubcache::hub
