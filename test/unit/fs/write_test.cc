#include <csignal>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fs/file.h"
#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("a file is written completely, with the umask; it replaces the old file, and a symlink but not its target") {
  const TemporaryFolder folder;
  write(folder / "target", "target");
  std::filesystem::create_symlink("target", folder / "link");
  std::filesystem::create_hard_link(folder / "target", folder / "hard");
  CHECK(in_child([&] {
          umask(027);
          require(write_atomically(folder / "new", std::string(1 << 20, 'n')));
          struct stat status;
          REQUIRE(stat((folder / "new").c_str(), &status) == 0);
          REQUIRE((status.st_mode & 07777) == 0640);
          return 0;
        }) == 0);
  CHECK(read(folder / "new") == std::string(1 << 20, 'n'));
  require(write_atomically(folder / "link", "of its own"));
  require(write_atomically(folder / "hard", ""));
  CHECK(read(folder / "target") == "target");
  CHECK(read(folder / "link") == "of its own");
  CHECK(status_of(folder / "hard")->stamp.size == 0);
  CHECK(names_in(folder) == Names{"hard", "link", "new", "target"});
}

TEST_CASE("a file in the working folder can be written without a folder in its path") {
  const TemporaryFolder folder;
  CHECK(in_child([&] {
          REQUIRE(chdir(path(folder).c_str()) == 0);
          require(write_atomically("name", "bytes"));
          return 0;
        }) == 0);
  CHECK(read(folder / "name") == "bytes");
}

TEST_CASE("a failed write is an Error, and no temporary file is left") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "folder");
  CHECK(write_atomically(folder / "folder", "x").error().message.ends_with(words(EISDIR)));
  CHECK(write_atomically(folder / "missing/x", "x").error().message.ends_with(words(ENOENT)));
  CHECK(names_in(folder) == Names{"folder"});
}

TEST_CASE("other processes read either the old or the new content, also if the writer is killed") {
  const TemporaryFolder folder;
  const std::string old_bytes(300'000, 'o'), new_bytes(500'000, 'n');
  require(write_atomically(folder / "file", old_bytes));
  for (int round = 0; round < 20; ++round) {
    const pid_t writer = fork();
    if (writer == 0) {
      for (;;) {
        if (!write_atomically(folder / "file", new_bytes) || !write_atomically(folder / "file", old_bytes)) _exit(1);
      }
    }
    for (int look = 0; look < 20; ++look) {
      const std::string bytes = read_file(folder / "file", 1 << 20).value();
      CHECK((bytes == old_bytes || bytes == new_bytes));
    }
    kill(writer, SIGKILL);
    waitpid(writer, nullptr, 0);
    const std::string bytes = read(folder / "file");
    CHECK((bytes == old_bytes || bytes == new_bytes));
  }
}

TEST_CASE("a file is read up to the limit") {
  const TemporaryFolder folder;
  const std::string bytes("a\0b\n", 4);
  write(folder / "file", bytes);
  std::filesystem::create_symlink("file", folder / "link");
  CHECK(read_file(folder / "file", 4).value() == bytes);
  CHECK(read_file(folder / "link", 4).value() == bytes);
  const auto large = read_file(folder / "file", 3);
  REQUIRE_FALSE(large);
  CHECK(large.error().message.find("larger than 3 B") != std::string::npos);
  // A file in /proc has the size 0, but has content.
  CHECK_FALSE(read_file(path("/proc/self/status"), 10).has_value());
  CHECK(read_file(path("/proc/self/status"), 1 << 20).value().starts_with("Name:"));
}

TEST_CASE("two files are compared completely") {
  const TemporaryFolder folder;
  const std::string bytes = std::string(200'000, 'a') + '\0';
  write(folder / "file", bytes);
  CHECK(has_bytes(folder / "file", bytes).value());
  for (const std::size_t at : {std::size_t{0}, std::size_t{70'000}, bytes.size() - 1}) {
    std::string other = bytes;
    other[at] = 'b';
    CHECK_FALSE(has_bytes(folder / "file", other).value());
  }
  CHECK_FALSE(has_bytes(folder / "file", bytes + "a").value());
  CHECK_FALSE(has_bytes(folder / "file", "").value());
  CHECK_FALSE(has_bytes(folder / "missing", "").has_value());
}

TEST_CASE("an entry that is not a file is refused without blocking") {
  const TemporaryFolder folder;
  mkfifo((folder / "pipe").c_str(), 0600);
  for (const path& name : {folder / "pipe", path(folder), path("/dev/zero"), folder / "missing"}) {
    const auto bytes = read_file(name, 100);
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().message.find(name.native()) != std::string::npos);
  }
}

TEST_CASE("a file or a symlink is removed, but a folder is not") {
  const TemporaryFolder folder;
  write(folder / "file", "");
  std::filesystem::create_directory(folder / "folder");
  std::filesystem::create_symlink("folder", folder / "link");
  CHECK(remove_file(folder / "file").has_value());
  CHECK(remove_file(folder / "link").has_value());
  CHECK(remove_file(folder / "missing").has_value());
  CHECK(remove_file(folder / "missing/x").has_value());
  CHECK_FALSE(remove_file(folder / "folder").has_value());
  CHECK(names_in(folder) == Names{"folder"});
}

}  // namespace
}  // namespace hubcache::fs::test
