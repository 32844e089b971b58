// Parses any text as an address, and chooses its proxy with any no_proxy. `http/proxy_clients_test.cc` compares the
// choices with those of requests and httpx.
#include <string>
#include <string_view>

#include "harness.h"
#include "http/client.h"
#include "http/proxy.h"
#include "http/url.h"

namespace hubcache::fuzz {
namespace {

void check(const http::Url& url) {
  require(url.scheme == "http" || url.scheme == "https");
  require(!url.host.empty() && !url.port.empty());
  require(url.text.find('#') == url.text.npos);
  const auto again = http::parse_url(url.text);
  require(again && again->text == url.text && http::same_origin(*again, url));
  require(again->has_user == url.has_user && again->names_port == url.names_port);
}

/// A message never has the password of an address.
void check_message(const http::Url& url) {
  const std::string shown = http::for_message(url.text);
  const auto start = shown.find("//");
  require(start != shown.npos);
  const auto host = shown.substr(start + 2, shown.find('/', start + 2) - start - 2);
  require(host.find('@') == host.npos);
  require(shown.find('?') == shown.npos);
}

}  // namespace

/// The parts: an address, the value of no_proxy, that of the proxy's variable.
void take(std::string_view input) {
  const auto [text, no_proxy, proxy] = split<3>(input);
  static_cast<void>(http::for_message(text));
  const auto url = http::parse_url(text);
  if (!url) return;
  check(*url);
  check_message(*url);
  Environment environment;
  environment.variables["all_proxy"] = proxy;
  environment.variables["no_proxy"] = no_proxy;
  for (const auto rules : {http::ProxyRules::requests, http::ProxyRules::httpx}) {
    const http::Proxy chosen = http::proxy_for(environment, *url, rules);
    require(chosen.address.empty() || chosen.address.find("://") != std::string::npos);
    static_cast<void>(http::for_message(chosen));
  }
}

}  // namespace hubcache::fuzz
