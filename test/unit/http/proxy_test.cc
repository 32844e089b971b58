#include "http/proxy.h"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "unit/table.h"

namespace hubcache::http {
namespace {

using Variables = std::map<std::string, std::string>;

std::string proxy(const std::string& url, const Variables& variables) {
  Environment environment;
  environment.variables.insert(variables.begin(), variables.end());
  return proxy_for(environment, parse_url(url).value()).address;
}

}  // namespace

TEST_CASE("the proxy is that of the scheme, else that of all_proxy; lower-case names come first") {
  CHECK(proxy("https://hub.example/", {}) == "");
  CHECK(proxy("https://hub.example/", {{"https_proxy", "http://p:1"}, {"HTTPS_PROXY", "http://q:2"}}) == "http://p:1");
  CHECK(proxy("https://hub.example/", {{"https_proxy", ""}, {"HTTPS_PROXY", "http://q:2"}}) == "");
  CHECK(proxy("https://hub.example/", {{"HTTP_PROXY", "http://p:1"}}) == "");
  CHECK(proxy("https://hub.example/", {{"ALL_PROXY", "p:1"}}) == "http://p:1");
  CHECK(proxy("http://hub.example/", {{"HTTP_PROXY", "http://p:1"}, {"REQUEST_METHOD", "GET"}}) == "");
}

TEST_CASE("no_proxy names hosts, domains, addresses and networks") {
  const auto goes_direct = [](const std::string& url, const std::string& list) {
    return proxy(url, {{"all_proxy", "http://p:1"}, {"no_proxy", list}}).empty();
  };
  CHECK(goes_direct("http://git.hub.example/", "hub.example"));
  CHECK(goes_direct("http://hub.example:8080/", "x, .example:8080"));
  CHECK_FALSE(goes_direct("http://myhub.example/", "hub.example"));
  CHECK(goes_direct("http://10.1.2.3/", "10.0.0.0/8"));
  CHECK_FALSE(goes_direct("http://11.1.2.3/", "10.0.0.0/8"));
  CHECK(goes_direct("http://anything/", "*"));
}

TEST_CASE("each choice for Hugging Face's hub equals that of the real huggingface_hub") {
  for (const auto& row : test::read_table("http/httpx_proxies.tsv")) {
    Environment environment;
    std::string shown;
    for (std::size_t i = 2; i < row.size(); ++i) {
      const auto equals = row[i].find('=');
      environment.variables[row[i].substr(0, equals)] = row[i].substr(equals + 1);
      shown += row[i] + " ";
    }
    CAPTURE(row[0]);
    CAPTURE(shown);
    CHECK(proxy_for(environment, parse_url(row[0]).value(), ProxyRules::httpx).address == row[1]);
  }
}

}  // namespace hubcache::http
