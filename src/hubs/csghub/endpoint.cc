#include "hubs/csghub/endpoint.h"

#include <algorithm>

#include "base/language.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "http/client.h"
#include "http/url.h"
#include "hub/token_file.h"
#include "hub/upstream.h"
#include "hubs/csghub/hub.h"

namespace hubcache::hub {
namespace {

constexpr const char* default_host = "https://hub.opencsg.com";
constexpr const char* token_variable = "CSGHUB_TOKEN";

/// Models _token._clean_token of csghub-sdk 0.9.3.
std::string cleaned(std::string token) {
  std::erase_if(token, [](char c) { return c == '\r' || c == '\n'; });
  return stripped(token);
}

}  // namespace

/// Models constants.CSGHUB_TOKEN_PATH of csghub-sdk 0.9.3.
std::filesystem::path csghub_token_file(const Environment& environment) {
  const std::string home = environment.get("CSGHUB_HOME").value_or("/home");
  const std::filesystem::path file =
      environment.get("CSGHUB_TOKEN_PATH").value_or((std::filesystem::path(home) / "token").native());
  return absolute_path(environment.working_folder, file);
}

/// Models utils.get_endpoint of csghub-sdk 0.9.3: an empty variable does not count, and one slash at the end is
/// removed.
Result<std::string> csghub_host(const Environment& environment) {
  std::string host = hub_named_by(environment, csghub_hub.address_variable, csghub_hub.upstream_variable).value_or("");
  if (host.empty()) host = default_host;
  while (host.ends_with('/')) host.pop_back();
  if (host.find_first_of("?#") == host.npos && http::parse_url(host)) return host;
  return Error{ErrorCode::usage,
               say("CSGHUB_DOMAIN is not an http or https URL: '{}'; csghub-sdk fails, too", http::for_message(host)),
               say("unset CSGHUB_DOMAIN, or set it to a URL such as https://hub.opencsg.com")};
}

Endpoint csghub_endpoint_at(std::string host, std::string token) {
  return {std::move(host), std::move(token),
          token_variable,  csghub_hub.address_variable,
          token_variable,  marked("CSGHub or a server with the same API")};
}

Result<Endpoint> csghub_endpoint(const Environment& environment) {
  Endpoint endpoint = csghub_endpoint_at(TRY(csghub_host(environment)), "");
  endpoint.token = cleaned(environment.get(token_variable).value_or(""));
  if (!endpoint.token.empty()) return endpoint;
  const auto file = csghub_token_file(environment);
  endpoint.token = cleaned(TRY(token_in(file, "csghub-sdk", token_variable)));
  endpoint.token_from = printable(file.native());
  return endpoint;
}

}  // namespace hubcache::hub
