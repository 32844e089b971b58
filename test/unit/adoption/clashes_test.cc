// Files of the user's folder that conflict with entries of the hub.
#include "adoption/clashes.h"

#include <doctest/doctest.h>

namespace hubcache::adoption {
namespace {

LocalTree local(const std::vector<std::string>& paths) {
  LocalTree tree;
  for (const std::string& path : paths) tree.files.push_back({RelPath::parse(path).value(), {}});
  return tree;
}

std::vector<std::string> names(const LocalTree& tree) {
  std::vector<std::string> out;
  for (const LocalFile& file : tree.files) out.push_back(file.path.str());
  return out;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a folder where the hub has a file, and a file where the hub has a folder, are left out and named") {
  const LocalTree mine = local({"alias/x", "alias/y/z", "alias-x", "b", "data", "sub/x"});
  RemoteTree remote;
  const auto sha = ObjectId::parse(std::string(40, 'a')).value();
  for (const std::string path : {"alias", "b", "data/x", "sub"})
    remote.files.push_back({RelPath::parse(path).value(), sha, 1, {}, {}});
  remote.files.back().is_file = false;  // a submodule
  const auto sorted = without_clashes(mine, remote);
  REQUIRE(sorted);
  CHECK(names(sorted->rest) == Names{"alias-x", "b", "sub/x"});
  REQUIRE(sorted->clashes.size() == 3);
  CHECK(sorted->clashes[0].name == "alias/x");
  CHECK(sorted->clashes[0].why == "the hub has a file 'alias', but this is a folder here");
  CHECK(sorted->clashes[2].why == "the hub has a folder of this name");
  CHECK_FALSE(without_clashes(sorted->rest, remote));
}

TEST_CASE("conflicts are also found by the names of a record") {
  const auto sorted = without_clashes(local({"alias/x", "b"}), Names{"a", "alias", "c/d"});
  REQUIRE(sorted);
  CHECK(names(sorted->rest) == Names{"b"});
  CHECK_FALSE(without_clashes(local({"alias", "b"}), Names{"a", "c/d"}));
}

}  // namespace hubcache::adoption
