#include "digest/digest.h"

#include <doctest/doctest.h>

#include "unit/table.h"

namespace hubcache {
namespace {

std::string content_of(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i % 251);
  return bytes;
}

}  // namespace

TEST_CASE("digests equal those of sha256sum, sha1sum, git hash-object and git-lfs") {
  const auto rows = test::read_table("digest/digests.tsv");
  REQUIRE(rows.size() == 15);
  for (const auto& row : rows) {
    CAPTURE(row[0]);
    const std::string bytes = content_of(std::stoul(row[0]));
    CHECK(digest::sha256_hex(bytes) == row[1]);
    CHECK(digest::sha1(bytes).id().str() == row[2]);
    CHECK(digest::sha1(digest::blob_header(bytes.size()) + bytes).id().str() == row[3]);
    CHECK(digest::lfs_pointer_id(digest::sha256(bytes), bytes.size()).id().str() == row[4]);
  }
}

}  // namespace hubcache
