#include "hash/file_digester.h"

#include <array>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "digest/digest.h"
#include "fs/descriptor.h"
#include "fs/file.h"
#include "hash/cache.h"
#include "unit/table.h"
#include "unit/temporary_folder.h"

namespace hubcache::hash {
namespace {

constexpr DigestKinds all{true, true, true, true};

std::string content_of(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i % 251);
  return bytes;
}

/// Checks both ways of reading, for one digest and for two.
void check_feeds(const std::filesystem::path& file, const std::string& bytes) {
  std::vector<char> buffer(buffer_size);
  for (const bool overlapped : {false, true}) {
    for (const std::size_t first : {0u, 1u}) {
      std::vector<digest::Hasher> hashers;
      hashers.emplace_back(digest::Algorithm::sha1);
      hashers.emplace_back(digest::Algorithm::sha256);
      Counter counter = 0;
      const fs::Descriptor opened(open(file.c_str(), O_RDONLY));
      std::array<digest::Hasher*, 2> chosen{&hashers[0], &hashers[1]};
      const auto used = std::span<digest::Hasher* const>(chosen).subspan(first);
      const ReadOutcome fed = overlapped ? feed_overlapped(opened.get(), bytes.size(), used, counter)
                                         : feed(opened.get(), bytes.size(), used, buffer, counter);
      RC_ASSERT(fed.failure == 0);
      RC_ASSERT(fed.bytes == bytes.size());
      RC_ASSERT(counter == bytes.size());
      if (first == 0) RC_ASSERT(hashers[0].finish<Sha1>() == digest::sha1(bytes));
      RC_ASSERT(hashers[1].finish<Sha256>() == digest::sha256(bytes));
    }
  }
}

}  // namespace

TEST_CASE("a file's digests are those of sha256sum, git and git-lfs") {
  const test::TemporaryFolder folder;
  FileDigester digester;
  Counter counter = 0;
  std::uint64_t bytes = 0;
  for (const auto& row : test::read_table("digest/digests.tsv")) {
    CAPTURE(row[0]);
    test::write(folder / "file", content_of(std::stoul(row[0])));
    const Digested done = digester.digest(folder / "file", all, Cores::one, counter).value();
    CHECK(done.digests.sha256->id().str() == row[1]);
    CHECK(done.digests.git->id().str() == row[3]);
    CHECK(done.digests.lfs->id().str() == row[4]);
    CHECK(done.state.stamp.size == std::stoul(row[0]));
    CHECK(digester.digest(folder / "file", {.git = true}, Cores::one, counter)->digests.git->id().str() == row[3]);
    CHECK_FALSE(digester.digest(folder / "file", {.git = true}, Cores::one, counter)->digests.sha256);
    bytes += 3 * std::stoul(row[0]);
    CHECK(sha256_of_file(folder / "file").value() == row[1]);
  }
  CHECK(counter == bytes);
}

TEST_CASE("each hasher gets the whole file in order, whichever way the file is read") {
  const test::TemporaryFolder folder;
  const bool holds = rc::check([&] {
    const auto blocks = *rc::gen::inRange<std::size_t>(0, 20);
    const auto rest = *rc::gen::elementOf(std::vector<std::size_t>{0, 1, 63, 64, buffer_size - 1});
    const std::string bytes = content_of(blocks * buffer_size + rest);
    test::write(folder / "file", bytes);
    check_feeds(folder / "file", bytes);
  });
  CHECK(holds);
}

TEST_CASE("a large file has the same digests with idle cores") {
  const test::TemporaryFolder folder;
  const std::string bytes = content_of((8 << 20) + 5);
  test::write(folder / "file", bytes);
  const Digested done = digest_file(folder / "file", all).value();
  CHECK(done.digests.sha256->id().str() == digest::sha256_hex(bytes));
  CHECK(*done.digests.git == digest::sha1(digest::blob_header(bytes.size()) + bytes));
}

TEST_CASE("a symlink is followed; an unreadable file is an error with its name") {
  const test::TemporaryFolder folder;
  test::write(folder / "file", "abc");
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  std::filesystem::create_symlink("file", folder / "link");
  CHECK(sha256_of_file(folder / "link").value() == digest::sha256_hex("abc"));
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  for (const auto& bad :
       {folder / "none", folder / "dangling", folder.path(), folder / "file" / "x", folder / "pipe"}) {
    const auto hash = sha256_of_file(bad);
    REQUIRE_FALSE(hash);
    CHECK(hash.error().code == ErrorCode::failed);
    CHECK(hash.error().message.find(bad.native()) != std::string::npos);
  }
}

TEST_CASE("a file in /proc has the size 0: its content is hashed, and not stored in the cache") {
  const test::TemporaryFolder folder;
  for (const char* file : {"/proc/version", "/proc/filesystems", "/proc/crypto",
                           "/proc/kallsyms"}) {  // the last ones are longer than one read
    if (!std::filesystem::exists(file)) continue;
    CAPTURE(file);
    std::ostringstream content;
    content << std::ifstream(file, std::ios::binary).rdbuf();
    const Digested done = digest_file(file, {.sha256 = true, .lfs = true}).value();
    CHECK(*done.digests.sha256 == digest::sha256(content.str()));
    CHECK(*done.digests.lfs == digest::lfs_pointer_id(*done.digests.sha256, content.str().size()));
    DigestCache cache(folder / "cache");
    Digested later = done;
    later.began += 10'000'000'000;
    cache.add(later);
    CHECK_FALSE(cache.find(done.state, {.sha256 = true}));
  }
  const auto git = digest_file("/proc/version", all);
  REQUIRE_FALSE(git);
  CHECK(git.error().message.find("no git blob id") != std::string::npos);
}

TEST_CASE("a file with less content than its size counts as changed") {
  const auto done = digest_file("/sys/kernel/mm/transparent_hugepage/enabled", all);  // its size is 4096
  if (!std::filesystem::exists("/sys/kernel/mm/transparent_hugepage/enabled")) return;
  REQUIRE_FALSE(done);
  CHECK(done.error().message.find("changed during the read") != std::string::npos);
}

TEST_CASE("an outdated state is read again") {
  const test::TemporaryFolder folder;
  test::write(folder / "a", "abc");
  const auto old = fs::status_of(folder / "a").value();
  test::write(folder / "a", "longer than it was");
  FileDigester digester;
  Counter counter = 0;
  const Digested done =
      digester.digest(folder / "a", {.git = true}, Cores::one, counter, FileState{old.device, old.stamp}).value();
  CHECK(done.digests.git == digest::sha1(digest::blob_header(18) + "longer than it was"));
  CHECK(done.state.stamp == fs::status_of(folder / "a").value().stamp);
}

TEST_CASE("a file that has been removed or replaced by another kind is an error") {
  const test::TemporaryFolder folder;
  test::write(folder / "a", "abc");
  const auto old = fs::status_of(folder / "a").value();
  REQUIRE(unlink((folder / "a").c_str()) == 0);
  FileDigester digester;
  Counter counter = 0;
  const auto digest = [&] {
    return digester.digest(folder / "a", {.git = true}, Cores::one, counter, FileState{old.device, old.stamp});
  };
  CHECK_FALSE(digest());
  REQUIRE(mkfifo((folder / "a").c_str(), 0600) == 0);
  CHECK(digest().error().message.find("not a regular file") != std::string::npos);
}

}  // namespace hubcache::hash
