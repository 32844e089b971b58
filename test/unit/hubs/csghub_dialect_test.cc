// How the local hub reads the requests of csghub-sdk. For the real client's behaviour see test/e2e/test_run_csghub.py.
#include "hubs/csghub/dialect_sdk.h"

#include <doctest/doctest.h>

namespace hubcache::hub {
namespace {

using Names = std::vector<std::string>;

Names revisions_in(const std::string& target) {
  const auto asked = CsgHubSdkApi::asked_repo(server::split_target(target));
  REQUIRE(asked);
  CHECK(asked->owner == "me");
  return asked->revisions;
}

}  // namespace

TEST_CASE("the address of a file can be divided into a revision and a path in several ways") {
  CHECK(revisions_in("/csghub/csg/me/tuned/resolve/main/a.txt") == Names{"main"});
  CHECK(revisions_in("/csghub/csg/me/tuned/resolve/feature/x/a%20b/c.txt") ==
        Names{"feature", "feature/x", "feature/x/a b"});
  CHECK(revisions_in("/csghub/csg/me/tuned/resolve/feature/%zz/c.txt") == Names{"feature"});
  CHECK(revisions_in("/csghub/csg/api/models/me/tuned/revision/feature/x") == Names{"feature/x"});
}

TEST_CASE("an address with thousands of parts has no more revisions than a short one") {
  std::string address = "/csghub/csg/me/tuned/resolve";
  for (int i = 0; i < 16'000; ++i) address += "/a";
  const Names revisions = revisions_in(address);
  CHECK(revisions.size() == 128);
  CHECK(revisions.back().size() == 255);
}

}  // namespace hubcache::hub
