#include <sys/stat.h>

#include "fs/file.h"
#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

template <class Made>
void check_in_the_way(const Made& made, std::string_view name) {
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::failed);
  CHECK(made.error().message.find(name) != std::string::npos);
  CHECK(made.error().message.ends_with(words(EEXIST)));
  CHECK_FALSE(made.error().hint.empty());
}

TEST_CASE("no kind of link replaces an existing entry, not even a broken symlink") {
  const TemporaryFolder folder;
  write(folder / "original", "content");
  write(folder / "there", "old");
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  for (const char* name : {"there", "dangling"}) {
    check_in_the_way(make_symlink("original", folder / name), name);
    check_in_the_way(make_hard_link(folder / "original", folder / name), name);
    check_in_the_way(make_reflink(folder / "original", folder / name), name);
    check_in_the_way(make_copy(folder / "original", folder / name), name);
  }
  CHECK(read(folder / "there") == "old");
  CHECK(names_in(folder) == std::vector<std::string>{"dangling", "original", "there"});
}

TEST_CASE("a symlink has the given target") {
  const TemporaryFolder folder;
  CHECK(make_symlink("../any where/模型\n", folder / "link").has_value());
  CHECK(fs::read_symlink(folder / "link").value() == "../any where/模型\n");
  write(folder / "file", "");
  CHECK(fs::read_symlink(folder / "file").error().message.ends_with("file' is not a symlink"));
  CHECK(fs::read_symlink(folder / "missing").error().message.ends_with(words(ENOENT)));
}

TEST_CASE("a hard link to a symlink links the symlink's target") {
  const TemporaryFolder folder;
  write(folder / "original", "content");
  std::filesystem::create_symlink("original", folder / "link");
  CHECK(make_hard_link(folder / "link", folder / "second").has_value());
  CHECK(inode_of(folder / "second") == inode_of(folder / "original"));
  CHECK(status_of(folder / "second")->links == 2);
}

TEST_CASE("a hard link into another file system is an Error with a hint") {
  const TemporaryFolder folder;
  const Mounted memory({"-t", "tmpfs", "tmpfs"}, folder / "memory");
  if (!memory.is_there("a hard link into another file system")) return;
  write(folder / "original", "content");
  const auto made = make_hard_link(folder / "original", memory / "second");
  REQUIRE_FALSE(made);
  CHECK(made.error().message == "cannot link '" + (folder / "original").native() + "' to '" +
                                    (memory / "second").native() + "': " + words(EXDEV));
  CHECK(made.error().hint.find("same file system") != std::string::npos);
}

}  // namespace
}  // namespace hubcache::fs::test
