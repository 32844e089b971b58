#include "adoption/text_table.h"

#include <doctest/doctest.h>

namespace hubcache::adoption {
namespace {

TextTable table() {
  TextTable table({{.title = "REPO", .shrinks_to = 6}, {.title = "N", .is_right = true, .can_go = 1}, {"END"}});
  table.add({{"owner/name"}, {"7"}, {"good", Style::good}}, "  note: below\n");
  table.add({{"模型/b"}, {"1,000"}, {"x"}});
  return table;
}

}  // namespace

TEST_CASE("a column is as wide as its widest cell, with two columns for a wide character") {
  CHECK(table().text(0, false) ==
        "REPO            N  END\n"
        "owner/name      7  good\n"
        "  note: below\n"
        "模型/b      1,000  x\n");
}

TEST_CASE("a table that is too wide loses columns and is then shortened") {
  CHECK(table().text(16, false) ==
        "REPO        END\n"
        "owner/name  good\n"
        "  note: below\n"
        "模型/b      x\n");
  CHECK(table().text(12, false) ==
        "REPO    END\n"
        "owner…  good\n"
        "  note: below\n"
        "模型/b  x\n");
}

TEST_CASE("colours are escape sequences around the text, and names cannot add any") {
  TextTable table({{"A"}});
  table.add({{"x\033[31m", Style::bad}});
  CHECK(table.text(0, true) == "\033[1mA\033[0m\n\033[31mx\\x1b[31m\033[0m\n");
  CHECK(table.text(0, false) == "A\nx\\x1b[31m\n");
}

TEST_CASE("shortened text ends in an ellipsis character") {
  CHECK(shortened("abc", 3) == "abc");
  CHECK(shortened("abcd", 3) == "ab…");
  CHECK(shortened("模型模型", 5) == "模型…");
  CHECK(shortened("模型模型", 4) == "模…");
}

}  // namespace hubcache::adoption
