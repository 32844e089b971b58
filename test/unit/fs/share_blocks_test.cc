#include <csignal>

#include <doctest/doctest.h>
#include <fcntl.h>

#include "fs/descriptor.h"
#include "fs/extents.h"
#include "fs/lease.h"
#include "fs/share_blocks.h"
#include "unit/fs/support.h"

namespace hubcache::fs {
namespace {

Descriptor opened(const std::filesystem::path& file, int flags) { return Descriptor(open(file.c_str(), flags)); }

}  // namespace

TEST_CASE("bytes at the same place are counted, however the extents are cut") {
  const std::vector<Extent> one = {{0, 1000, 100}, {100, 5000, 100}, {300, 9000, 100}};
  const std::vector<Extent> cut = {{0, 1000, 50}, {50, 1050, 50}, {100, 5000, 150}, {300, 9000, 100}};
  CHECK(bytes_in_common(one, cut, 1000) == 300);
  CHECK(bytes_in_common(cut, one, 1000) == 300);
  CHECK(bytes_in_common(one, one, 150) == 150);  // the last block is longer than the file
  const std::vector<Extent> moved = {{0, 1001, 100}, {100, 5000, 100}};
  CHECK(bytes_in_common(one, moved, 1000) == 100);
  CHECK(bytes_in_common(one, {}, 1000) == 0);
}

TEST_CASE("a file system that cannot share blocks says so, and one that can does") {
  const test::TemporaryFolder folder;
  const std::string content(300'000, 'x');
  test::write(folder / "one", content);
  test::write(folder / "twin", content);
  const Descriptor one = opened(folder / "one", O_RDONLY), twin = opened(folder / "twin", O_RDONLY);
  const bool can = can_share_in((folder / "one").parent_path());
  const Shared shared = share_blocks(one.get(), twin.get(), content.size(), [](std::uint64_t) { return true; });
  CHECK(shared.bytes == (can ? content.size() : 0));
  CHECK((shared.failure == 0) == can);
  CHECK(share_blocks(one.get(), twin.get(), content.size(), [](std::uint64_t) { return false; }).bytes == 0);
  CHECK(test::read(folder / "twin") == content);
  CHECK(std::distance(std::filesystem::directory_iterator((folder / "one").parent_path()), {}) == 2);
}

TEST_CASE("a lease tells whether a file is open for writing") {
  const test::TemporaryFolder folder;
  test::write(folder / "file", "x");
  const Descriptor reader = opened(folder / "file", O_RDONLY);
  {
    const Descriptor writer = opened(folder / "file", O_WRONLY);
    CHECK(Lease(reader.get()).outcome() == Lease::Outcome::refused);
  }
  const Lease lease(reader.get());
  CHECK(lease.outcome() == Lease::Outcome::held);
  CHECK(lease.is_unbroken());
  // A program that does not wait gets an error, and the lease is broken nevertheless.
  CHECK(!opened(folder / "file", O_WRONLY | O_NONBLOCK));
  CHECK(errno == EWOULDBLOCK);
  CHECK(!lease.is_unbroken());
  CHECK(Lease(-1).outcome() == Lease::Outcome::impossible);
}

}  // namespace hubcache::fs
