#include "hubs/huggingface/endpoint.h"

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "http/client.h"
#include "http/url.h"
#include "hub/token_file.h"
#include "hub/upstream.h"
#include "hubs/hf_client/offline.h"
#include "hubs/huggingface/home.h"
#include "hubs/huggingface/hub.h"

namespace hubcache::hub {
namespace {

/// Models huggingface_hub.utils._auth._clean_token.
std::string cleaned(std::string token) {
  std::erase_if(token, [](char c) { return c == '\r' || c == '\n'; });
  return stripped(token);
}

}  // namespace

/// Models huggingface_hub.constants.ENDPOINT: a set variable counts, even if it is empty.
Result<std::string> huggingface_host(const Environment& environment) {
  std::string host = hub_named_by(environment, huggingface_hub.address_variable, huggingface_hub.upstream_variable)
                         .value_or("https://huggingface.co");
  while (host.ends_with('/')) host.pop_back();
  if (host.find_first_of("?#") == host.npos && http::parse_url(host)) return host;
  return Error{
      ErrorCode::usage,
      say("HF_ENDPOINT is not an http or https URL: '{}'; huggingface_hub fails, too", http::for_message(host)),
      say("unset HF_ENDPOINT, or set it to a URL such as https://huggingface.co")};
}

Result<Endpoint> huggingface_endpoint(const Environment& environment) {
  Endpoint endpoint{TRY(huggingface_host(environment)),
                    "",
                    "",
                    "HF_ENDPOINT",
                    "HF_TOKEN",
                    marked("Hugging Face or a server with the same API")};
  if (hf_client::is_true(environment.get("HF_HUB_DISABLE_IMPLICIT_TOKEN").value_or(""))) return endpoint;
  for (const char* variable : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
    const std::string set = environment.get(variable).value_or("");
    if (set.empty()) continue;
    endpoint.token = cleaned(set);
    endpoint.token_from = variable;
    break;
  }
  if (!endpoint.token.empty()) return endpoint;
  const auto file = huggingface_home(environment).token_file;
  endpoint.token = cleaned(TRY(token_in(file, "huggingface_hub", endpoint.token_variable)));
  endpoint.token_from = printable(file.native());
  return endpoint;
}

}  // namespace hubcache::hub
