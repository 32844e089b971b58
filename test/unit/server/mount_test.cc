// Addresses in an upstream's answers, as clients receive them.
#include "server/mount.h"

#include <doctest/doctest.h>

namespace hubcache::server {
namespace {

const std::string host = "https://art.example", upstream = host + "/artifactory/api/hf",
                  root = "http://127.0.0.1:4242/huggingface";

std::string location(std::string_view value, const std::string& at = upstream) {
  return field_for_client({at, root}, at + "/a/resolve/main/x", "location", value);
}

}  // namespace

TEST_CASE("a path below the upstream's path becomes a path of the local hub") {
  CHECK(location("/artifactory/api/hf/b/resolve/main/x?y=1") == "/huggingface/b/resolve/main/x?y=1");
  CHECK(location("../../../b/x") == "/huggingface/b/x");
  CHECK(location("y") == "/huggingface/a/resolve/main/y");
  CHECK(location("/b/x", host) == "/huggingface/b/x");
  CHECK(field_for_client({host, "http://127.0.0.1:4242"}, host + "/a", "Location", "/b") == "/b");
  CHECK(field_for_client({host, "http://127.0.0.1:4242"}, host + "/a", "Location", "/") == "/");
}

TEST_CASE("an absolute address below the upstream becomes an absolute address of the local hub") {
  CHECK(location(upstream + "/b/x") == root + "/b/x");
  CHECK(location("https://ART.example:443/artifactory/api/hf/b/x") == root + "/b/x");
  CHECK(location("//art.example/artifactory/api/hf/b/x") == root + "/b/x");
  CHECK(location(upstream) == root);
  CHECK(location(host + "/b/x", host) == root + "/b/x");
}

TEST_CASE("an address outside of the upstream stays, as an absolute address") {
  CHECK(location("https://cdn.example/b?sign=1") == "https://cdn.example/b?sign=1");
  CHECK(location("http://art.example/artifactory/api/hf/b") == "http://art.example/artifactory/api/hf/b");
  CHECK(location("/artifactory/api/hf-other/b") == host + "/artifactory/api/hf-other/b");
  CHECK(location("/login") == host + "/login");
  CHECK(location("../../../../../login", "https://me:secret@art.example/hf") == host + "/login");
  CHECK(location("ftp://art.example/b") == "ftp://art.example/b");
}

TEST_CASE("the page links of a listing") {
  const auto link = [](std::string_view value) {
    return field_for_client({upstream, root}, upstream + "/api", "Link", value);
  };
  CHECK(link("<" + upstream + "/api/tree?cursor=2>; rel=\"next\"") == "<" + root + "/api/tree?cursor=2>; rel=\"next\"");
  CHECK(link("</artifactory/api/hf/1>; rel=\"first\", <https://x.example/2>; rel=\"last\"") ==
        "</huggingface/1>; rel=\"first\", <https://x.example/2>; rel=\"last\"");
  CHECK(link("no link") == "no link");
  CHECK(link("<unfinished") == "<unfinished");
}

TEST_CASE("other fields, and answers to clients of a proxy, stay unchanged") {
  CHECK(field_for_client({upstream, root}, upstream, "X-Address", upstream) == upstream);
  CHECK(field_for_client({}, upstream, "Location", "/b") == "/b");
}

}  // namespace hubcache::server
