#include "digest/digest.h"

#include <doctest/doctest.h>

#include "unit/table.h"
#include "unit/temporary_folder.h"

namespace hubcache {
namespace {

std::string content_of(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i % 251);
  return bytes;
}

}  // namespace

TEST_CASE("as sha256sum, sha1sum and git hash-object have them") {
  const test::TemporaryFolder folder;
  const auto rows = test::read_table("digest/digests.tsv");
  REQUIRE(rows.size() == 15);
  for (const auto& row : rows) {
    CAPTURE(row[0]);
    const std::string bytes = content_of(std::stoul(row[0]));
    CHECK(digest::sha256_hex(bytes) == row[1]);
    CHECK(digest::sha1(bytes).str() == row[2]);
    CHECK(digest::sha1("blob " + row[0] + std::string(1, '\0') + bytes).str() == row[3]);
    test::write(folder / "file", bytes);
    CHECK(sha256_of_file(folder / "file").value() == row[1]);
  }
}

TEST_CASE("a symlink is followed; what cannot be read is an error that names it") {
  const test::TemporaryFolder folder;
  test::write(folder / "file", "abc");
  std::filesystem::create_symlink("file", folder / "link");
  CHECK(sha256_of_file(folder / "link").value() == digest::sha256_hex("abc"));
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  for (const auto& bad : {folder / "none", folder / "dangling", folder.path(), folder / "file" / "x"}) {
    const auto hash = sha256_of_file(bad);
    REQUIRE_FALSE(hash);
    CHECK(hash.error().code == ErrorCode::failed);
    CHECK(hash.error().message.find(bad.native()) != std::string::npos);
  }
}

}  // namespace hubcache
