// The server's reading of a revision that aistudio-sdk puts into a URL without quoting.
#include "hubs/aistudio/gitea_quoting.h"

#include <doctest/doctest.h>

namespace hubcache::hub {

TEST_CASE("a '#' cuts off the rest and escapes are decoded; if one '%' begins no escape, all stay") {
  const auto read = [](std::string_view name) { return read_unquoted(name).name; };
  CHECK(read("main") == "main");
  CHECK(read("feature/x") == "feature/x");
  CHECK(read("h#1") == "h");
  CHECK(read("p%2Fq") == "p/q");
  CHECK(read("p%2fq") == "p/q");
  CHECK(read("p%zz") == "p%zz");
  CHECK(read("a%41%zz") == "a%41%zz");
  CHECK(read("100%") == "100%");
  CHECK(read("a%41#%") == "aA");
  CHECK(read("模型") == "模型");
  CHECK(read_unquoted("h#1").loses_query);
  CHECK_FALSE(read_unquoted("p%2Fq").loses_query);
}

TEST_CASE("the SDK's snapshot finds a branch without such characters, and a tag also with slashes") {
  CHECK(is_found_unquoted("main", false));
  CHECK(is_found_unquoted("p%zz", false));
  CHECK(is_found_unquoted("rel/1", true));
  CHECK_FALSE(is_found_unquoted("feature/x", false));
  CHECK_FALSE(is_found_unquoted("h#1", false));
  CHECK_FALSE(is_found_unquoted("h#1", true));
  CHECK_FALSE(is_found_unquoted("p%2Fq", true));
}

}  // namespace hubcache::hub
