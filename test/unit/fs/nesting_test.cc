#include "fs/nesting.h"

#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

using std::filesystem::create_directories;
using std::filesystem::create_directory_symlink;

Nesting nesting_of(const path& first, const path& second) {
  const auto found = nesting(first, second);
  require(found);
  return *found;
}

}  // namespace

TEST_CASE("the nesting of two folders is found, existing or not, under any name") {
  const TemporaryFolder folder;
  create_directories(folder / "place/inner/deep");
  create_directories(folder / "model");
  create_directory_symlink(folder / "place", folder / "link");
  struct Row {
    const char *first, *second;
    Nesting expected;
  };
  for (const Row& row : std::vector<Row>{{"place", "place", Nesting::same},
                                         {"place", "link", Nesting::same},
                                         {"place", "place/inner/..", Nesting::same},
                                         {"link/inner", "place", Nesting::inside},
                                         {"place", "link/inner/deep", Nesting::around},
                                         {"place", "model", Nesting::apart},
                                         {"place", "placed", Nesting::apart},
                                         {"place/to/be", "link/to/be", Nesting::same},
                                         {"place/to/be", "link/to", Nesting::inside},
                                         {"place/to/be", "place/to/see", Nesting::apart},
                                         {"link", "place/to/be", Nesting::around}}) {
    CAPTURE(row.first);
    CAPTURE(row.second);
    CHECK(nesting_of(folder / row.first, folder / row.second) == row.expected);
  }
  CHECK(nesting_of("/", folder) == Nesting::around);
}

TEST_CASE("a bind mount counts as the folder itself") {
  const TemporaryFolder folder;
  create_directories(folder / "model/inner");
  create_directories(folder / "place");
  const Mounted mounted({"--bind", folder / "model"}, folder / "place");
  if (!mounted.is_there("bind mount")) return;
  CHECK(nesting_of(folder / "model", folder / "place") == Nesting::same);
  CHECK(nesting_of(folder / "place/inner", folder / "model") == Nesting::inside);
  CHECK(nesting_of(folder / "model", folder / "place/to/be") == Nesting::around);
}

}  // namespace hubcache::fs::test
