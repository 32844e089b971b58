#include "caches/link_target.h"

#include <doctest/doctest.h>

namespace hubcache::caches {
namespace {

std::string target(std::string_view link, std::string_view to) {
  return link_target("/c/repo", link, to).value_or("-");
}

}  // namespace

TEST_CASE("names in the place to which symlinks lead") {
  CHECK(target("snapshots/1/a", "../../blobs/x") == "blobs/x");
  CHECK(target("snapshots/1/b/c/a", "../../../../blobs/x") == "blobs/x");
  CHECK(target("snapshots/1/a", "./b//c/../d") == "snapshots/1/b/d");
  CHECK(target("a", "b") == "b");
  CHECK(target("s/a", "/c/repo/blobs/x") == "blobs/x");
}

TEST_CASE("symlinks out of the place lead nowhere") {
  for (const char* to :
       {"../../../x", "../../../repo/blobs/x", "/c/repository/x", "/c/repo", "/", "", "../..", "/etc/passwd"}) {
    CAPTURE(to);
    CHECK(target("snapshots/1/a", to) == (std::string(to).empty() ? "snapshots/1" : "-"));
  }
}

}  // namespace hubcache::caches
