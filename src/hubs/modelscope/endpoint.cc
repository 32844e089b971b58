#include "hubs/modelscope/endpoint.h"

#include <cstdint>
#include <ctime>
#include <filesystem>

#include "base/language.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "http/client.h"
#include "http/url.h"
#include "hub/token_file.h"
#include "hub/upstream.h"
#include "hubs/modelscope/cookie_jar.h"
#include "hubs/modelscope/hub.h"

namespace hubcache::hub {
namespace {

constexpr const char* domain_variable = "MODELSCOPE_DOMAIN";
constexpr const char* main_site = "https://www.modelscope.cn";
constexpr const char* other_site = "https://www.modelscope.ai";
constexpr const char* token_variable = "MODELSCOPE_API_TOKEN";
constexpr std::uint64_t longest_jar = 1 << 20;  ///< bytes

/// Returns the address that a variable names; "" if none does.
std::string named_host(const Environment& environment) {
  const auto endpoint = hub_named_by(environment, modelscope_hub.address_variable, modelscope_hub.upstream_variable);
  std::string host = stripped(endpoint.value_or(""));
  const std::string domain = stripped(environment.get(domain_variable).value_or(""));
  if (host.empty() && !domain.empty()) host = "https://" + domain;
  while (host.ends_with('/')) host.pop_back();
  return host;
}

/// Returns the token of `modelscope login`; "" if there is none.
Result<std::string> token_of_login(const std::filesystem::path& file) {
  const auto status = fs::status_of_target(file);
  if (!status || status->kind == fs::Kind::missing) return std::string();
  const auto bytes = fs::read_file(file, longest_jar);
  auto token = bytes ? token_in_jar(*bytes, std::time(nullptr)) : Result<std::string>(bytes.error());
  if (token) return token;
  return Error{ErrorCode::hub,
               say("cannot read the access token in {}: {}", in_quotes(file.native()), token.error().message),
               say("run modelscope login again, or set {}", token_variable)};
}

}  // namespace

/// Models MODELSCOPE_CREDENTIALS_PATH (hub/constants.py, 1.37.1) and MODELSCOPE_HOME (config.py, modelscope-hub 0.5.1).
std::filesystem::path modelscope_login_file(const Environment& environment) {
  const std::string home = environment.get("MODELSCOPE_HOME").value_or("~/.modelscope");
  const std::string folder = environment.get("MODELSCOPE_CREDENTIALS_PATH").value_or(home + "/credentials");
  return absolute_path(environment.working_folder, environment.expand_user(folder)) / "cookies";
}

Result<std::string> modelscope_host(const Environment& environment) {
  std::string host = named_host(environment);
  if (host.empty()) return std::string(main_site);
  if (host.find_first_of("?#") == host.npos && http::parse_url(host)) return host;
  return Error{ErrorCode::usage,
               say("MODELSCOPE_ENDPOINT or MODELSCOPE_DOMAIN is not a valid address: '{}'", http::for_message(host)),
               say("unset the variable, or set MODELSCOPE_ENDPOINT to a URL such as https://www.modelscope.cn")};
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
          token_variable,  marked("ModelScope or a server with the same API")};
}

/// A variable that is empty means no token, as in config.HubConfig of modelscope-hub 0.5.1.
Result<Endpoint> modelscope_endpoint(const Environment& environment) {
  Endpoint endpoint =
      modelscope_endpoint_at(TRY(modelscope_host(environment)), stripped(environment.get(token_variable).value_or("")));
  if (environment.get(token_variable)) return endpoint;
  const auto file = modelscope_login_file(environment);
  endpoint.token = TRY(token_of_login(file));
  endpoint.token_from = printable(file.native());
  return endpoint;
}

}  // namespace hubcache::hub
