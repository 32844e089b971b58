#include "server/known_hubs.h"

#include <doctest/doctest.h>

#include "server/variables.h"

namespace hubcache::server {
namespace {

TEST_CASE("known hubs, with what is below them") {
  for (const char* host : {"git.aistudio.baidu.com", "aistudio.baidu.com", "HuggingFace.co", "cdn-lfs.hf.co",
                           "www.modelscope.cn.", "hub.opencsg.com", "bj-gitea-online.cdn.bcebos.com"}) {
    CHECK_MESSAGE(is_known_hub(host), host);
  }
  for (const char* host :
       {"baidu.com", "example.com", "nothuggingface.co", "huggingface.co.example", "bcebos.com", ""}) {
    CHECK_MESSAGE(!is_known_hub(host), host);
  }
}

TEST_CASE("the spellings of one host") {
  for (const char* host : {"Git.Corp.Example", "git.corp.example.", "git.corp.example.."})
    CHECK(canonical_host(host) == "git.corp.example");
  for (const char* host : {"10.1.2.3", "10.1.2.3.", "0x0a.1.2.3", "012.1.515", "167838211", "[::ffff:10.1.2.3]",
                           "[::FFFF:a01:203]", "[64:ff9b::a01:203]"})
    CHECK_MESSAGE(canonical_host(host) == "10.1.2.3", host);
  for (const char* host : {"[2001:DB8::1]", "2001:db8:0::1", "[2001:db8::0.0.0.1]"})
    CHECK_MESSAGE(canonical_host(host) == "2001:db8::1", host);
  CHECK(canonical_host("::1") == "::1");
  CHECK(canonical_host("") == "");
}

TEST_CASE("no entry of NO_PROXY leads to a known hub any more") {
  CHECK(without_hubs(".baidu.com", {}) == "");
  CHECK(without_hubs("*,a.example, git.aistudio.baidu.com ,10.0.0.0/8", {}) == "a.example,10.0.0.0/8");
  CHECK(without_hubs("com,huggingface.co:443,co.example", {}) == "co.example");
  CHECK(without_hubs("a.example *.baidu.com\t*huggingface.co b.example", {}) == "a.example,b.example");
  CHECK(without_hubs("", {}) == "");
}

TEST_CASE("nor to the user's own hub") {
  const std::vector<std::string> own = {"git.corp.example", "10.1.2.3"};
  CHECK(without_hubs(".corp.example,other.corp.example,*.corp.example,git.corp.example:3000", own) ==
        "other.corp.example");
  CHECK(without_hubs("10.0.0.0/8,10.1.2.3,10.1.2.4,192.168.0.0/16,corp,127.0.0.1,::1", own) ==
        "10.1.2.4,192.168.0.0/16,corp,127.0.0.1,::1");
  CHECK(without_hubs("git.corp.example.,10.1.2.3,::ffff:10.1.2.3,[::ffff:10.1.2.3],fe80::1",
                     {"Git.corp.example.", "10.1.2.3."}) == "fe80::1");
  CHECK(without_hubs("2001:db8::1,[2001:db8:0::1],2001:db8::2", {"[2001:db8::1]"}) == "2001:db8::2");
}

std::string value(const Variables& variables, std::string_view name) {
  for (const auto& [key, text] : variables) {
    if (key == name) return text.value_or("to be unset");
  }
  return "unset";
}

TEST_CASE("the command's proxies") {
  Environment environment;
  environment.variables = {{"NO_PROXY", ".baidu.com,a.example"}, {"no_proxy", ""}};
  const auto with = [&](Egress egress) { return proxy_variables(environment, "http://127.0.0.1:1", egress, {}); };
  CHECK(value(with(Egress::free), "no_proxy") == ".baidu.com,a.example,127.0.0.1,localhost,::1");
  CHECK(value(with(Egress::free), "https_proxy") == "unset");
  CHECK(value(with(Egress::no_hubs), "NO_PROXY") == "a.example,127.0.0.1,localhost,::1");
  CHECK(value(with(Egress::no_hubs), "HTTPS_PROXY") == "http://127.0.0.1:1");
  CHECK(value(with(Egress::no_hubs), "ALL_PROXY") == "unset");
  CHECK(value(with(Egress::nothing), "no_proxy") == "127.0.0.1,localhost,::1");
  CHECK(value(with(Egress::nothing), "all_proxy") == "http://127.0.0.1:1");
  environment.variables["http_proxy"] = "http://127.0.0.1:1";  // of an earlier --offline
  environment.variables["HTTPS_PROXY"] = "http://mine.example";
  environment.variables["ALL_PROXY"] = "http://127.0.0.1:1";
  CHECK(value(with(Egress::free), "http_proxy") == "to be unset");
  CHECK(value(with(Egress::free), "HTTPS_PROXY") == "unset");
  CHECK(value(with(Egress::free), "ALL_PROXY") == "to be unset");
  CHECK(value(with(Egress::no_hubs), "ALL_PROXY") == "to be unset");
}

}  // namespace
}  // namespace hubcache::server
