#include "digest/digest.h"
#include "base/text.h"
#include "digest/hasher.h"
#include "digest/hmac.h"

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

TEST_CASE("HMAC with SHA-256 is that of RFC 4231") {
  const auto hmac = [](const std::string& key, std::string_view text) {
    return std::string(digest::HmacSha256(key)({text.substr(0, 3), text.substr(3)}).id().str());
  };
  CHECK(hmac(std::string(20, '\x0b'), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hmac("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("XXH3 is that of xxh128sum") {
  const std::pair<std::size_t, std::string_view> known[] = {{0, "99aa06d3014798d86001c324468d497f"},
                                                            {1000, "18bf41bc8229e27733ef703fb2b20ed1"},
                                                            {1048577, "3db0e7620b0d635947a84c196fd973df"}};
  digest::Hasher hasher(digest::Algorithm::xxh3);
  for (const auto& [size, hex] : known) {
    const std::string bytes = content_of(size);
    hasher.start();
    hasher.add(std::string_view(bytes).substr(0, size / 3));
    hasher.add(std::string_view(bytes).substr(size / 3));
    const Xxh3 digest = hasher.finish<Xxh3>();
    CHECK(to_hex({reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()}) == hex);
  }
}

}  // namespace hubcache
