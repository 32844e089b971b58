#include "local_hub/variables.h"

#include <doctest/doctest.h>

#include "hubs/registry.h"

namespace hubcache::local_hub {
namespace {

const server::HostNames known{hubs::known_hosts(), {}};

std::string without(std::string_view list, const std::vector<std::string>& own) {
  return server::without_hosts(list, {hubs::known_hosts(), own});
}

TEST_CASE("known hubs are found, with their subdomains") {
  for (const char* host : {"git.aistudio.baidu.com", "aistudio.baidu.com", "HuggingFace.co", "cdn-lfs.hf.co",
                           "www.modelscope.cn.", "hub.opencsg.com", "bj-gitea-online.cdn.bcebos.com"}) {
    CHECK_MESSAGE(server::is_among(host, known), host);
  }
  for (const char* host :
       {"baidu.com", "example.com", "nothuggingface.co", "huggingface.co.example", "bcebos.com", ""}) {
    CHECK_MESSAGE(!server::is_among(host, known), host);
  }
}

TEST_CASE("different spellings of one host are equal") {
  for (const char* host : {"Git.Corp.Example", "git.corp.example.", "git.corp.example.."})
    CHECK(server::canonical_host(host) == "git.corp.example");
  for (const char* host : {"10.1.2.3", "10.1.2.3.", "0x0a.1.2.3", "012.1.515", "167838211", "[::ffff:10.1.2.3]",
                           "[::FFFF:a01:203]", "[64:ff9b::a01:203]"})
    CHECK_MESSAGE(server::canonical_host(host) == "10.1.2.3", host);
  for (const char* host : {"[2001:DB8::1]", "2001:db8:0::1", "[2001:db8::0.0.0.1]"})
    CHECK_MESSAGE(server::canonical_host(host) == "2001:db8::1", host);
  CHECK(server::canonical_host("::1") == "::1");
  CHECK(server::canonical_host("") == "");
}

TEST_CASE("no entry of NO_PROXY leads to a known hub") {
  CHECK(server::without_hosts(".baidu.com", known) == "");
  CHECK(server::without_hosts("*,a.example, git.aistudio.baidu.com ,10.0.0.0/8", known) == "a.example,10.0.0.0/8");
  CHECK(server::without_hosts("com,huggingface.co:443,co.example", known) == "co.example");
  CHECK(server::without_hosts("a.example *.baidu.com\t*huggingface.co b.example", known) == "a.example,b.example");
  CHECK(server::without_hosts("", known) == "");
}

TEST_CASE("no entry of NO_PROXY leads to the user's own hub") {
  const std::vector<std::string> own = {"git.corp.example", "10.1.2.3"};
  CHECK(without(".corp.example,other.corp.example,*.corp.example,git.corp.example:3000", own) == "other.corp.example");
  CHECK(without("10.0.0.0/8,10.1.2.3,10.1.2.4,192.168.0.0/16,corp,127.0.0.1,::1", own) ==
        "10.1.2.4,192.168.0.0/16,corp,127.0.0.1,::1");
  CHECK(without("git.corp.example.,10.1.2.3,::ffff:10.1.2.3,[::ffff:10.1.2.3],fe80::1",
                {"Git.corp.example.", "10.1.2.3."}) == "fe80::1");
  CHECK(without("2001:db8::1,[2001:db8:0::1],2001:db8::2", {"[2001:db8::1]"}) == "2001:db8::2");
}

std::string value(const Variables& variables, std::string_view name) {
  for (const auto& [key, text] : variables) {
    if (key == name) return text.value_or("to be unset");
  }
  return "unset";
}

TEST_CASE("the proxy variables of the command") {
  Environment environment;
  environment.variables = {{"NO_PROXY", ".baidu.com,a.example"}, {"no_proxy", ""}};
  const auto with = [&](server::Egress egress) {
    return proxy_variables(environment, "http://127.0.0.1:1", egress, known);
  };
  CHECK(value(with(server::Egress::free), "no_proxy") == ".baidu.com,a.example,127.0.0.1,localhost,::1");
  CHECK(value(with(server::Egress::free), "https_proxy") == "unset");
  CHECK(value(with(server::Egress::no_hubs), "NO_PROXY") == "a.example,127.0.0.1,localhost,::1");
  CHECK(value(with(server::Egress::no_hubs), "HTTPS_PROXY") == "http://127.0.0.1:1");
  CHECK(value(with(server::Egress::no_hubs), "ALL_PROXY") == "unset");
  CHECK(value(with(server::Egress::nothing), "no_proxy") == "127.0.0.1,localhost,::1");
  CHECK(value(with(server::Egress::nothing), "all_proxy") == "http://127.0.0.1:1");
  environment.variables["http_proxy"] = "http://127.0.0.1:1";  // from an earlier --offline
  environment.variables["HTTPS_PROXY"] = "http://mine.example";
  environment.variables["ALL_PROXY"] = "http://127.0.0.1:1";
  CHECK(value(with(server::Egress::free), "http_proxy") == "to be unset");
  CHECK(value(with(server::Egress::free), "HTTPS_PROXY") == "unset");
  CHECK(value(with(server::Egress::free), "ALL_PROXY") == "to be unset");
  CHECK(value(with(server::Egress::no_hubs), "ALL_PROXY") == "to be unset");
}

TEST_CASE("the variables of a command whose clients ask fixed sites") {
  Environment environment;
  environment.variables = {{"NO_PROXY", ".hub.example,a.example,127.0.0.1"}, {"no_proxy", "*,localhost"}};
  const auto variables = front_variables(environment, "http://127.0.0.1:1",
                                         {{"https://www.hub.example", "www.hub.example", "443", "/hub"}}, "/tmp/b.pem");
  CHECK(value(variables, "NO_PROXY") == "a.example,127.0.0.1");
  CHECK(value(variables, "no_proxy") == "localhost");
  CHECK(value(variables, "https_proxy") == "http://127.0.0.1:1");
  CHECK(value(variables, "HTTPS_PROXY") == "http://127.0.0.1:1");
  CHECK(value(variables, "REQUESTS_CA_BUNDLE") == "/tmp/b.pem");
  CHECK(value(variables, "http_proxy") == "unset");
}

}  // namespace
}  // namespace hubcache::local_hub
