#include "base/suggest.h"

#include <doctest/doctest.h>

namespace hubcache {

TEST_CASE("the nearest name is the one with the fewest changes") {
  const std::vector<std::string> names = {"adopt", "refresh", "release", "restore", "run", "env"};
  CHECK(nearest_name("adop", names) == "adopt");
  CHECK(nearest_name("ADOPT", names) == "adopt");
  CHECK(nearest_name("relaese", names) == "release");
  CHECK(nearest_name("rnu", names) == "run");
  CHECK(nearest_name("restor", names) == "restore");
}

TEST_CASE("a word without a similar name has no suggestion") {
  const std::vector<std::string> names = {"adopt", "run"};
  CHECK(!nearest_name("frobnicate", names));
  CHECK(!nearest_name("", names));
  CHECK(!nearest_name("adopt", {}));
  CHECK(!nearest_name(std::string(100000, 'a'), names));
  CHECK(nearest_name("runn", {std::string(100000, 'r'), "run"}) == "run");
}

}  // namespace hubcache
