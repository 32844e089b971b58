#include "local_hub/find_hub.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

#include <curl/curl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "http/curl_options.h"
#include "http/url.h"
#include "hub/hub.h"
#include "hub/upstream.h"
#include "hubs/registry.h"
#include "server/peer_owner.h"

namespace hubcache::local_hub {
namespace {

constexpr std::size_t most_bytes = 4096;  // limit for the hub's description of itself
constexpr long patience = 30;             // seconds

Error no_hub(const std::string& root, const std::string& why) {
  return {ErrorCode::failed, say("no local hub at {}: {}", root, why), say("run hubcache serve, or pass its --port")};
}

Error not_own(const std::string& root, const std::string& whose) {
  return {ErrorCode::failed,
          say("the program at {} is not yours: it belongs to {}, and you are user {}", root, whose, geteuid()),
          say("start your own with hubcache serve --port PORT, then use that port")};
}

std::size_t take(char* bytes, std::size_t size, std::size_t count, void* text) {
  auto& answer = *static_cast<std::string*>(text);
  if (answer.size() + size * count > most_bytes) return 0;
  answer.append(bytes, size * count);
  return size * count;
}

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

/// Returns the body of the answer. The connection stays open as long as the handle exists.
Result<std::string> ask(const Handle& handle, const std::string& root) {
  std::string body;
  char reason[CURL_ERROR_SIZE] = {};
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(handle.get(), option, value); };
  set(CURLOPT_URL, (root + "/.hubcache").c_str());
  set(CURLOPT_PROTOCOLS_STR, "http");
  http::use_own_sockets(handle.get());
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT, patience);
  set(CURLOPT_ERRORBUFFER, reason);
  set(CURLOPT_WRITEFUNCTION, &take);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&body));
  const CURLcode how = curl_easy_perform(handle.get());
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
  if (how != CURLE_OK) return no_hub(root, *reason ? reason : curl_easy_strerror(how));
  return body;
}

/// Checks the owner of the process at the other end of the connection that the answer came through: another process may
/// have the port at another time.
Result<void> check_owner(const Handle& handle, const std::string& root) {
  curl_socket_t connection = CURL_SOCKET_BAD;
  curl_easy_getinfo(handle.get(), CURLINFO_ACTIVESOCKET, &connection);
  const auto owner = server::peer_owner(connection);
  if (!owner) return not_own(root, say("an unknown user ({})", owner.error().message));
  if (!server::is_same_user_or_root(owner->user)) return not_own(root, say("user {}", owner->user));
  return {};
}

}  // namespace

Result<FoundHub> find_hub(const std::string& root) {
  http::set_up_curl();
  const Handle handle(curl_easy_init(), curl_easy_cleanup);
  const std::string body = TRY(ask(handle, root));
  TRY(check_owner(handle, root));
  const auto told = nlohmann::json::parse(body, nullptr, false);
  const auto flag = [&](const char* name) { return told.contains(name) && told[name] == true; };
  if (!told.is_object() || !told.contains("schema") || told["schema"] != 1)
    return no_hub(root, say("another program uses the port"));
  const server::Egress egress = flag("deny_all")  ? server::Egress::nothing
                                : flag("offline") ? server::Egress::no_hubs
                                                  : server::Egress::free;
  return FoundHub{egress, flag("hash_validation")};
}

Result<void> check_named_hub(const Environment& environment) {
  const std::string root = environment.get(hub::local_hub_variable).value_or("");
  const auto named = http::parse_url(root);
  if (!named) return {};
  const auto leads_there = [&](const auto& variable) {
    const auto& [name, value] = variable;
    static constexpr std::array<std::string_view, 6> proxies = {"http_proxy",  "HTTP_PROXY", "https_proxy",
                                                                "HTTPS_PROXY", "all_proxy",  "ALL_PROXY"};
    const auto proxy = http::parse_url(value.find("://") == value.npos ? "http://" + value : value);
    return std::ranges::find(proxies, name) != proxies.end() && proxy && http::same_origin(*proxy, *named);
  };
  if (std::ranges::none_of(environment.variables, leads_there)) return {};
  auto found = find_hub(root);
  if (found) return {};
  Error problem = std::move(found).error();
  problem.hint =
      say("unset HUBCACHE_LOCAL_HUB and the proxy variables, or start hubcache serve again and repeat eval "
          "\"$(hubcache env)\"");
  return problem;
}

std::string dead_hub_note(const Environment& environment) {
  const std::string root = environment.get(hub::local_hub_variable).value_or("");
  const auto named = http::parse_url(root);
  const auto leads_there = [&](const hub::Hub* hub) {
    const auto address = http::parse_url(environment.get(hub->address_variable).value_or(""));
    return address && http::same_origin(*address, *named);
  };
  if (!named || std::ranges::none_of(hubs::all(), leads_there) || find_hub(root)) return "";
  return say(
      "this environment leads clients to the local hub {}, which does not run, so they fail: start hubcache serve "
      "again, or unset the variables of hubcache env",
      root);
}

}  // namespace hubcache::local_hub
