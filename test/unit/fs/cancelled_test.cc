// Copies and scans that the caller cancels.
#include "base/cancel.h"
#include "fs/copy.h"
#include "fs/scan.h"
#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

TEST_CASE("A canceled copy leaves no file; a copy that a change of a place needs is completed") {
  const TemporaryFolder folder;
  write(folder / "original", std::string(20 << 20, 'x'));
  int asked = 0;
  const CancelScope scope([&] { return ++asked == 2; });
  const auto copied = make_copy_unless_cancelled(folder / "original", folder / "copy");
  REQUIRE_FALSE(copied.has_value());
  CHECK(copied.error().code == ErrorCode::interrupted);
  CHECK(names_in(folder) == std::vector<std::string>{"original"});
  require(make_copy(folder / "original", folder / "copy"));
  CHECK(read(folder / "copy") == read(folder / "original"));
}

TEST_CASE("A scan ends at a cancellation") {
  const TemporaryFolder folder;
  for (const char* name : {"a", "b", "c"}) write(folder / name, "x");
  const CancelScope scope([asked = 0]() mutable { return ++asked == 3; });
  const auto tree = scan_tree(folder, {});
  REQUIRE_FALSE(tree.has_value());
  CHECK(tree.error().code == ErrorCode::interrupted);
}

}  // namespace
}  // namespace hubcache::fs::test
