#include "base/unicode.h"

#include <doctest/doctest.h>

#include "unit/table.h"

namespace hubcache {

TEST_CASE("names are decomposed as by CPython's unicodedata") {
  const auto rows = test::read_table("base/decomposed.tsv");
  REQUIRE(rows.size() == 15);
  for (const auto& row : rows) {
    CAPTURE(row[0]);
    CHECK(decomposed(row[0]) == row[1]);
  }
}

TEST_CASE("text that is not UTF-8 stays unchanged") {
  CHECK(decomposed("\xC3") == "\xC3");
  CHECK(decomposed("a\xFF\xC3\xA9") == "a\xFF\xC3\xA9");
}

}  // namespace hubcache
