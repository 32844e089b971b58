#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fs/file.h"
#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

Status look(const path& name) {
  const auto found = status_of(name);
  require(found);
  return *found;
}

Status look_through(const path& name) {
  const auto found = status_of_target(name);
  require(found);
  return *found;
}

TEST_CASE("a status distinguishes the kinds, and follows a symlink only on request") {
  const TemporaryFolder folder;
  write(folder / "file", "12345");
  std::filesystem::create_directory(folder / "folder");
  std::filesystem::create_symlink("file", folder / "link");
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  std::filesystem::create_symlink("loop", folder / "loop");
  mkfifo((folder / "pipe").c_str(), 0600);
  CHECK(look(folder / "file").kind == Kind::file);
  CHECK(look(folder / "folder").kind == Kind::folder);
  CHECK(look(folder / "link").kind == Kind::symlink);
  CHECK(look(folder / "pipe").kind == Kind::other);
  CHECK(look(folder / "missing").kind == Kind::missing);
  CHECK(look(folder / "file/x").kind == Kind::missing);
  CHECK(look(folder / "loop").kind == Kind::symlink);
  CHECK(look_through(folder / "link").kind == Kind::file);
  CHECK(look_through(folder / "link").stamp == look(folder / "file").stamp);
  CHECK(look_through(folder / "dangling").kind == Kind::missing);
  CHECK(look_through(folder / "loop").kind == Kind::missing);
}

TEST_CASE("a status equals stat's, with and without statx") {
  const TemporaryFolder folder;
  write(folder / "file", "12345");
  std::filesystem::create_hard_link(folder / "file", folder / "second");
  const timespec times[] = {{1, 2}, {1'700'000'000, 123'456'789}};
  REQUIRE(utimensat(AT_FDCWD, (folder / "file").c_str(), times, 0) == 0);
  struct stat expected;
  REQUIRE(lstat((folder / "file").c_str(), &expected) == 0);
  const auto body = [&] {
    const Status found = look(folder / "file");
    REQUIRE(found.stamp.inode == expected.st_ino);
    REQUIRE(found.stamp.size == 5);
    REQUIRE(found.stamp.mtime == 1'700'000'000'123'456'789);
    REQUIRE(found.stamp.ctime == expected.st_ctim.tv_sec * 1'000'000'000 + expected.st_ctim.tv_nsec);
    REQUIRE(found.device == expected.st_dev);
    REQUIRE(found.links == 2);
    return 0;
  };
  body();
  for (const int number : {ENOSYS, EPERM}) {
    CHECK(in_child([&] {
            REQUIRE(make_system_call_fail(SYS_statx, number));
            REQUIRE(look(folder / "file").mount == 0);
            REQUIRE(look(folder / "missing").kind == Kind::missing);
            return body();
          }) == 0);
  }
}

TEST_CASE("the Error names the path that cannot be inspected") {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("loop", folder / "loop");
  const auto found = status_of(folder / "loop/name");
  REQUIRE_FALSE(found);
  CHECK(found.error().message.ends_with(words(ELOOP)));
  CHECK_FALSE(found.error().hint.empty());
  CHECK(status_of(folder / std::string(300, 'n')).value().kind == Kind::missing);  // no file can have such a name
}

TEST_CASE("two folders are on the same file system if a rename between them can succeed") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "a");
  std::filesystem::create_directories(folder / "b");
  CHECK(same_file_system(folder / "a", folder / "b").value());
  CHECK(same_file_system(folder / "a", folder / "not/yet/made").value());
  CHECK(same_file_system("not-yet-made", ".").value());

  const Mounted memory({"-t", "tmpfs", "tmpfs"}, folder / "memory");
  if (!memory.is_there("another file system")) return;
  CHECK_FALSE(same_file_system(folder / "a", folder / "memory/not/yet").value());
  std::filesystem::create_symlink(folder / "memory", folder / "link");
  CHECK_FALSE(same_file_system(folder / "a", folder / "link/x").value());

  // The same device under a second mount, for which rename(2) fails too.
  const Mounted second({"--bind", (folder / "a").native()}, folder / "second");
  if (!second.is_there("a second mount of one file system")) return;
  CHECK(look(folder / "a").device == look(second).device);
  CHECK(rename((folder / "a").c_str(), (second / "x").c_str()) != 0);
  if (look(second).mount == 0) return skip("a second mount of one file system", "the kernel tells no mount ids");
  CHECK_FALSE(same_file_system(folder / "a", second).value());
}

}  // namespace
}  // namespace hubcache::fs::test
