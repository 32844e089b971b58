#include "server/request_target.h"

#include <doctest/doctest.h>

namespace hubcache::server {
namespace {

TEST_CASE("a request target is split, and each part is decoded separately") {
  const RequestTarget target = split_target("/api/v1/x%2Fy//a%20b?ref=v1%2E0&page=2&empty=&ref=other");
  CHECK(target.parts == std::vector<std::string_view>{"api", "v1", "x%2Fy", "", "a%20b"});
  CHECK(target.asked("ref") == "v1.0");
  CHECK(target.asked("page") == "2");
  CHECK(target.asked("empty") == "");
  CHECK(target.asked("nothing") == "");
  CHECK(split_target("/?").query == "");
  CHECK(split_target("").parts == std::vector<std::string_view>{""});
}

TEST_CASE("percent escapes are decoded") {
  CHECK(unescaped("a%2Fb%e6%a8%a1") == "a/b\xe6\xa8\xa1");
  CHECK(unescaped("%00") == std::string(1, '\0'));
  CHECK(unescaped("a+b") == "a+b");
  for (const char* text : {"%", "%2", "%2x", "a%x2", "%%41"}) CHECK_FALSE(unescaped(text));
}

}  // namespace
}  // namespace hubcache::server
