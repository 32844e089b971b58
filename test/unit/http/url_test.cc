#include "http/url.h"

#include <doctest/doctest.h>

#include "http/client.h"
#include "http/redact.h"

namespace hubcache::http {
namespace {

Url url(const std::string& text) { return parse_url(text).value(); }

bool is_same_origin(const std::string& one, const std::string& other) { return same_origin(url(one), url(other)); }

}  // namespace

TEST_CASE("quote equals Python's urllib.parse.quote(text, safe='')") {
  // python3 -c "from urllib.parse import quote; print(quote(text, safe=''))"
  CHECK(quote("inference/a/b.json") == "inference%2Fa%2Fb.json");
  CHECK(quote("a b+c%d#e?f=g&h~i_j-k.l") == "a%20b%2Bc%25d%23e%3Ff%3Dg%26h~i_j-k.l");
  CHECK(quote("模型.txt") == "%E6%A8%A1%E5%9E%8B.txt");
  CHECK(quote("!*'();:@$,[]") == "%21%2A%27%28%29%3B%3A%40%24%2C%5B%5D");
}

TEST_CASE("a message has an address without user, password and query, escaped for a terminal") {
  CHECK(for_message("https://me:secret@hub.example:8443/a/b?token=secret#x") == "https://hub.example:8443/a/b");
  CHECK(for_message("https://me:se@cret@hub.example/a@b") == "https://hub.example/a@b");
  CHECK(for_message("me:secret@hub.example/a") == "hub.example/a");
  CHECK(for_message("http://hub/\x1b[31m") == "http://hub/\\x1b[31m");
}

TEST_CASE("the token is removed from a text in every spelling") {
  CHECK(redact("bad token abc/1, abc%2F1", "abc/1") == "bad token ***, ***");
  CHECK(redact("nothing to hide", "") == "nothing to hide");
  CHECK(redact("****", "*") == "************");
}

TEST_CASE("only http and https addresses are valid") {
  for (const std::string text : {"", "hub.example", "localhost:3000", "ftp://hub.example", "file:///etc/passwd",
                                 "http://", "http:///path", "https://hub example/", "http://hub\r\n.example/"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_url(text));
  }
  CHECK(parse_url(std::string_view("http://hub\0.example", 19)).has_value() == false);
  CHECK(url("HTTPS://Hub.Example/a#b").text.find('#') == std::string::npos);
  CHECK(url("HTTPS://Hub.Example/a").scheme == "https");
  CHECK(url("HTTPS://Hub.Example/a").host == "hub.example");
  CHECK(url("http://u@hub/").has_user);
  CHECK_FALSE(url("http://hub/").has_user);
}

TEST_CASE("an origin is scheme, host without case, and port with its default") {
  CHECK(is_same_origin("https://hub.example/a", "https://HUB.example:443/b"));
  CHECK(is_same_origin("http://hub.example:80", "http://hub.example"));
  CHECK_FALSE(is_same_origin("http://hub.example", "https://hub.example"));
  CHECK_FALSE(is_same_origin("http://hub.example:443", "https://hub.example:443"));
  CHECK_FALSE(is_same_origin("https://hub.example", "https://hub.example:8443"));
  CHECK_FALSE(is_same_origin("https://hub.example", "https://hub.example.evil"));
  CHECK_FALSE(is_same_origin("https://hub.example", "https://hub.example."));
  CHECK_FALSE(is_same_origin("https://hub.example", "https://hub.example@evil/"));
}

TEST_CASE("a Location may be relative or absolute, and its login is ignored") {
  const Url from = url("https://me:pw@hub.example:8443/a/b?c=d");
  CHECK(follow(from, "/x y?z=1").value().text == "https://me:pw@hub.example:8443/x%20y?z=1");
  CHECK(follow(from, "e").value().text == "https://me:pw@hub.example:8443/a/e");
  CHECK(follow(from, "//cdn.example/e").value().text == "https://cdn.example/e");
  CHECK(follow(from, "http://other:pw@cdn.example/e").value().text == "http://cdn.example/e");
  CHECK(follow(from, "https://you:pw@hub.example:8443/e").value().text == "https://hub.example:8443/e");
  for (const std::string location :
       {"file:///etc/passwd", "ftp://hub.example/a", "gopher://hub/", "javascript:alert(1)"}) {
    CAPTURE(location);
    CHECK_FALSE(follow(from, location));
  }
}

}  // namespace hubcache::http
