#include "hubs/aistudio/endpoint.h"

#include <filesystem>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "http/client.h"
#include "http/url.h"
#include "hub/token_file.h"
#include "hub/upstream.h"
#include "hubs/aistudio/hub.h"

namespace hubcache::hub {
namespace {

/// Models aistudio_sdk/config.py, which reads CURRENT_ENV at import: an invalid value fails, whatever else is set.
Result<std::string> default_host(const Environment& environment) {
  const std::string name = environment.get("CURRENT_ENV").value_or("");
  if (name.empty() || name == "online") return std::string("https://git.aistudio.baidu.com");
  if (name == "sandbox") return std::string("http://sandbox-git.aistudio.baidu.com");
  return Error{ErrorCode::usage, say("CURRENT_ENV is {}: aistudio-sdk refuses to start", in_quotes(name)),
               say("unset CURRENT_ENV, or set it to online or sandbox")};
}

}  // namespace

/// Models os.getenv('AISTUDIO_CACHE_HOME', default=os.getenv('HOME')) in an f-string (snapshot_download.init): an empty
/// variable stays empty, nothing is expanded, and without both variables the text is "None", a name in the working
/// folder.
std::filesystem::path aistudio_token_file(const Environment& environment) {
  auto home = environment.get("AISTUDIO_CACHE_HOME");
  if (!home) home = environment.get("HOME");
  return environment.working_folder / (home.value_or("None") + "/.cache/aistudio/.auth/token");
}

Result<std::string> aistudio_host(const Environment& environment) {
  std::string host = TRY(default_host(environment));
  const auto named = hub_named_by(environment, aistudio_hub.address_variable, aistudio_hub.upstream_variable);
  if (!named) return host;
  if (named->find_first_of("?#") == named->npos && http::parse_url(*named)) return *named;
  return Error{
      ErrorCode::usage,
      say("STUDIO_GIT_HOST is not an http or https URL: '{}'; aistudio-sdk fails, too", http::for_message(*named)),
      say("unset STUDIO_GIT_HOST, or set it to a URL such as https://git.aistudio.baidu.com")};
}

Endpoint endpoint_at(std::string host, std::string token) {
  return {std::move(host),   std::move(token),        "AISTUDIO_ACCESS_TOKEN",
          "STUDIO_GIT_HOST", "AISTUDIO_ACCESS_TOKEN", marked("a Gitea server such as AI Studio's")};
}

Result<Endpoint> endpoint_of(const Environment& environment) {
  Endpoint endpoint = endpoint_at(TRY(aistudio_host(environment)), "");
  endpoint.token = environment.get(endpoint.token_variable).value_or("");
  if (!endpoint.token.empty()) return endpoint;
  const auto file = aistudio_token_file(environment);
  endpoint.token = TRY(token_in(file, "aistudio-sdk", endpoint.token_variable));
  endpoint.token_from = printable(file.native());
  return endpoint;
}

}  // namespace hubcache::hub
