#include <sys/stat.h>
#include <sys/syscall.h>

#include "fs/file.h"
#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

using Names = std::vector<std::string>;

/// Runs the body with renameat2 and without it; both must behave the same.
void with_and_without_flags(const std::function<void(const path&)>& body) {
  const TemporaryFolder folder;
  body(folder);
  for (const int number : {EINVAL, ENOSYS, EOPNOTSUPP}) {
    const TemporaryFolder other;
    CHECK(in_child([&] {
            REQUIRE(make_system_call_fail(SYS_renameat2, number));
            body(other);
            return 0;
          }) == 0);
  }
}

/// The two functions that rename to a new name.
void with_each_rename(const std::function<void(const path&, decltype(rename_new)&)>& body) {
  for (const auto rename : {rename_new, rename_away}) {
    with_and_without_flags([&](const path& folder) { body(folder, *rename); });
  }
}

TEST_CASE("files, symlinks and folders can be renamed to a new name") {
  with_each_rename([](const path& folder, auto& rename) {
    write(folder / "file", "content");
    std::filesystem::create_symlink("nowhere", folder / "link");
    std::filesystem::create_directory(folder / "folder");
    write(folder / "folder/inside", "");
    const ino_t inode = inode_of(folder / "file");
    REQUIRE(rename(folder / "file", folder / "file2").value());
    REQUIRE(rename(folder / "link", folder / "link2").value());
    REQUIRE(rename(folder / "folder", folder / "folder2").value());
    REQUIRE(names_in(folder) == Names{"file2", "folder2", "link2"});
    REQUIRE(inode_of(folder / "file2") == inode);
    REQUIRE(status_of(folder / "file2")->links == 1);
    REQUIRE(fs::read_symlink(folder / "link2").value() == "nowhere");
    REQUIRE(names_in(folder / "folder2") == Names{"inside"});
  });
}

TEST_CASE("a rename never replaces an entry") {
  with_each_rename([](const path& folder, auto& rename) {
    for (const char* name : {"file", "other"}) write(folder / name, name);
    for (const char* name : {"folder", "empty"}) std::filesystem::create_directory(folder / name);
    std::filesystem::create_hard_link(folder / "file", folder / "same");
    std::filesystem::create_symlink("nowhere", folder / "dangling");
    for (const char* from : {"file", "folder", "dangling"}) {
      for (const char* to : {"other", "empty", "dangling", "file"}) {
        REQUIRE_FALSE(rename(folder / from, folder / to).value());
      }
    }
    REQUIRE(names_in(folder) == Names{"dangling", "empty", "file", "folder", "other", "same"});
    REQUIRE(read(folder / "other") == "other");
    REQUIRE(status_of(folder / "file")->links == 2);
  });
}

TEST_CASE("a rename to the same name changes nothing, however the name is written") {
  with_each_rename([](const path& folder, auto& rename) {
    std::filesystem::create_directory(folder / "inner");
    std::filesystem::create_symlink("inner", folder / "alias");
    write(folder / "inner/file", "content");
    std::filesystem::create_hard_link(folder / "inner/file", folder / "other");
    std::filesystem::create_symlink("nowhere", folder / "inner/link");
    for (const char* name : {"file", "link"}) {
      REQUIRE_FALSE(rename(folder / "inner" / name, folder / "inner" / name).value());
      REQUIRE_FALSE(rename(folder / "inner" / name, folder / "alias" / name).value());
    }
    REQUIRE(names_in(folder / "inner") == Names{"file", "link"});
  });
}

TEST_CASE("without flags, a link whose unlink is missing is completed") {
  const TemporaryFolder folder;
  CHECK(in_child([&] {
          REQUIRE(make_system_call_fail(SYS_renameat2, EINVAL));
          write(folder / "from", "content");
          std::filesystem::create_hard_link(folder / "from", folder / "to");
          REQUIRE(rename_new(folder / "from", folder / "to").value());
          REQUIRE(names_in(folder) == Names{"to"});
          REQUIRE(read(folder / "to") == "content");
          return 0;
        }) == 0);
}

TEST_CASE("without flags, a rename away is a single call, so nobody can put a file at the old name in between") {
  const TemporaryFolder folder;
  CHECK(in_child([&] {
          REQUIRE(make_system_call_fail(SYS_renameat2, EINVAL));
          REQUIRE(make_system_call_fail(SYS_linkat, EPERM));
          REQUIRE(make_system_call_fail(SYS_unlink, EPERM));
          write(folder / "from", "content");
          REQUIRE(rename_away(folder / "from", folder / "to").value());
          REQUIRE(names_in(folder) == Names{"to"});
          return 0;
        }) == 0);
}

TEST_CASE("a failed rename is an Error with both names") {
  with_each_rename([](const path& folder, auto& rename) {
    write(folder / "file", "");
    std::filesystem::create_directories(folder / "folder");
    const std::vector<std::pair<path, path>> tries = {{folder / "missing", folder / "x"},
                                                      {folder / "file", folder / "missing/x"},
                                                      {folder / "folder", folder / "file/x"},
                                                      {folder / "folder", folder / "folder/x"}};
    for (const auto& [from, to] : tries) {
      const auto renamed = rename(from, to);
      REQUIRE_FALSE(renamed);
      REQUIRE(renamed.error().code == ErrorCode::failed);
    }
    REQUIRE(rename(folder / "file", folder / "missing/x").error().message ==
            "cannot rename '" + (folder / "file").native() + "' to '" + (folder / "missing/x").native() +
                "': No such file or directory");
    REQUIRE(names_in(folder) == Names{"file", "folder"});
  });
}

TEST_CASE("a rename into another file system is a specific Error") {
  const TemporaryFolder folder;
  const Mounted memory({"-t", "tmpfs", "tmpfs"}, folder / "memory");
  if (!memory.is_there("a rename into another file system")) return;
  write(folder / "file", "");
  const auto renamed = rename_new(folder / "file", memory / "file");
  REQUIRE_FALSE(renamed);
  CHECK(renamed.error().message.ends_with(words(EXDEV)));
  CHECK(names_in(memory).empty());
}

TEST_CASE("any two entries are exchanged in one step") {
  const TemporaryFolder folder;
  write(folder / "file", "content");
  std::filesystem::create_directory(folder / "folder");
  const ino_t file = inode_of(folder / "file"), other = inode_of(folder / "folder");
  CHECK(exchange(folder / "file", folder / "folder").value());
  CHECK(inode_of(folder / "folder") == file);
  CHECK(inode_of(folder / "file") == other);
  CHECK(exchange(folder / "file", folder / "missing").error().message.ends_with(words(ENOENT)));
  for (const int number : {EINVAL, ENOSYS, EOPNOTSUPP}) {
    CHECK(in_child([&] {
            REQUIRE(make_system_call_fail(SYS_renameat2, number));
            REQUIRE_FALSE(exchange(folder / "file", folder / "folder").value());
            return 0;
          }) == 0);
  }
  CHECK(inode_of(folder / "folder") == file);
}

}  // namespace
}  // namespace hubcache::fs::test
