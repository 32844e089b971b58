#include "base/path.h"

#include <doctest/doctest.h>

namespace hubcache {

TEST_CASE("an absolute path keeps '..' only if a symlink may lead elsewhere") {
  struct Row {
    const char* name;
    const char* absolute;
  };
  static constexpr Row rows[] = {
      {"", "/home/me"},
      {".", "/home/me"},
      {"x", "/home/me/x"},
      {"./x/", "/home/me/x"},
      {"x/./y//z/.", "/home/me/x/y/z"},
      {"..", "/home"},
      {"../x", "/home/x"},
      {"../../../x", "/x"},
      {"x/..", "/home/me/x/.."},
      {"../x/../y", "/home/x/../y"},
      {"./../x", "/home/x"},
      {"/", "/"},
      {"/a/b/", "/a/b"},
      {"/a/../b", "/a/../b"},
      {"/..", "/.."},
      {"//a//b", "/a/b"},
      {"...", "/home/me/..."},
      {"~", "/home/me/~"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(absolute_path("/home/me", row.name).native() == row.absolute);
  }
}

}  // namespace hubcache
