#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/file.h"
#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

using Names = std::vector<std::string>;

TEST_CASE("a folder is created with all missing parents, which are counted") {
  const TemporaryFolder folder;
  CHECK(make_folders(folder / "a/b/c").value() == 3);
  CHECK(make_folders(folder / "a/b/c").value() == 0);
  CHECK(make_folders(folder / "a/b/d/").value() == 1);
  CHECK(make_folders(folder).value() == 0);
  CHECK(std::filesystem::is_directory(folder / "a/b/d"));
  std::filesystem::create_symlink("a", folder / "link");
  CHECK(make_folders(folder / "link/e").value() == 1);
  CHECK(std::filesystem::is_directory(folder / "a/e"));
}

TEST_CASE("folders follow the umask") {
  const TemporaryFolder folder;
  CHECK(in_child([&] {
          umask(027);
          REQUIRE(make_folders(folder / "a").has_value());
          struct stat status;
          REQUIRE(stat((folder / "a").c_str(), &status) == 0);
          REQUIRE((status.st_mode & 07777) == 0750);
          return 0;
        }) == 0);
}

TEST_CASE("if a file is in the way of a folder, it is an Error and no created folder is left") {
  const TemporaryFolder folder;
  write(folder / "file", "");
  std::filesystem::create_symlink("nowhere", folder / "dangling");
  for (const char* name : {"file", "file/x/y", "dangling", "dangling/x"}) {
    const auto made = make_folders(folder / name);
    REQUIRE_FALSE(made);
    CHECK(made.error().message.find(folder / std::string_view(name).substr(0, 4)) != std::string::npos);
    CHECK_FALSE(made.error().hint.empty());
  }
  CHECK_FALSE(make_folders(folder / "new/deep" / std::string(300, 'n')).has_value());
  CHECK(names_in(folder) == Names{"dangling", "file"});
}

TEST_CASE("only empty folders are removed, and symlinks are not followed") {
  const TemporaryFolder folder, elsewhere;
  std::filesystem::create_directories(folder / "top/empty/deeper");
  std::filesystem::create_directories(folder / "top/full/empty");
  std::filesystem::create_directories(folder / "top/linked");
  std::filesystem::create_directories(elsewhere / "empty");
  write(folder / "top/full/file", "");
  std::filesystem::create_symlink(elsewhere, folder / "top/linked/link");
  CHECK(remove_empty_folders(folder / "top").has_value());
  CHECK(names_in(folder / "top") == Names{"full", "linked"});
  CHECK(names_in(folder / "top/full") == Names{"file"});
  CHECK(names_in(folder / "top/linked") == Names{"link"});
  CHECK(names_in(elsewhere) == Names{"empty"});

  std::filesystem::create_symlink(elsewhere, folder / "link");
  CHECK(remove_empty_folders(folder / "link").has_value());
  CHECK(remove_empty_folders(folder / "link/").has_value());
  CHECK(remove_empty_folders(folder / "top/full/file").has_value());
  CHECK(remove_empty_folders(folder / "missing").has_value());
  CHECK(names_in(elsewhere) == Names{"empty"});
  CHECK(names_in(folder) == Names{"link", "top"});

  std::filesystem::remove(folder / "top/full/file");
  std::filesystem::remove(folder / "top/linked/link");
  CHECK(remove_empty_folders(folder / "top/").has_value());
  CHECK(names_in(folder) == Names{"link"});
}

TEST_CASE("an unreadable folder stays if it is not empty") {
  const TemporaryFolder folder;
  std::filesystem::permissions(folder, std::filesystem::perms(0777));
  CHECK(in_child([&] {
          if (geteuid() == 0 && setuid(65534) != 0) return 98;
          std::filesystem::create_directories(folder / "top/closed");
          std::filesystem::create_directories(folder / "top/empty");
          write(folder / "top/closed/file", "");
          std::filesystem::permissions(folder / "top/closed", std::filesystem::perms::none);
          REQUIRE(remove_empty_folders(folder / "top").has_value());
          REQUIRE(names_in(folder / "top") == Names{"closed"});
          std::filesystem::permissions(folder / "top/closed", std::filesystem::perms::owner_all);
          std::filesystem::create_directories(folder / "top/closed/empty");
          std::filesystem::permissions(folder / "top/closed", std::filesystem::perms(0500));
          const auto removed = remove_empty_folders(folder / "top");
          REQUIRE_FALSE(removed);
          REQUIRE(removed.error().message.ends_with("closed/empty': " + words(EACCES)));
          std::filesystem::permissions(folder / "top/closed", std::filesystem::perms::owner_all);
          return 0;
        }) == 0);
}

TEST_CASE("a folder is synced, or the Error names it") {
  const TemporaryFolder folder;
  CHECK(sync_folder(path(folder)).has_value());
  CHECK(sync_folder(path()).has_value());
  const auto synced = sync_folder(folder / "missing");
  REQUIRE_FALSE(synced);
  CHECK(synced.error().message.find("missing") != std::string::npos);
}

}  // namespace
}  // namespace hubcache::fs::test
