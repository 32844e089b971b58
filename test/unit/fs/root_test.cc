// Access below a Root follows no symlink, with and without openat2, also if a folder is replaced during the access.
#include <sys/syscall.h>

#include "fs/beneath.h"
#include "fs/file.h"
#include "fs/walk.h"
#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

/// Runs the body with openat2, and with openat2 missing or forbidden.
void with_and_without_openat2(const std::function<void(const path&)>& body) {
  const TemporaryFolder folder;
  body(folder);
  for (const int number : {ENOSYS, EPERM}) {
    const TemporaryFolder other;
    CHECK(in_child([&] {
            REQUIRE(make_system_call_fail(SYS_openat2, number));
            body(other);
            return 0;
          }) == 0);
  }
}

TEST_CASE("entries below a root are created, inspected, moved and removed") {
  with_and_without_openat2([](const path& folder) {
    const Root root(folder / "above/place");
    REQUIRE(status_of({root, "a/b"})->kind == Kind::missing);
    require(make_folders_below(root, "a/b"));
    require(write_new({root, "a/b/file"}, "content"));
    REQUIRE_FALSE(write_new({root, "a/b/file"}, "again"));
    require(make_symlink("nowhere", {root, "link"}));
    REQUIRE(read_symlink({root, "link"}).value() == "nowhere");
    REQUIRE(read_file({root, "a/b/file"}, 100).value() == "content");
    REQUIRE(rename_new({root, "a/b/file"}, {root, "a/moved"}).value());
    REQUIRE(exchange({root, "a/moved"}, {root, "link"}).value());
    REQUIRE(status_of({root, "a/moved"})->kind == Kind::symlink);
    require(remove_file({root, "a/moved"}));
    require(remove_empty_folders({root, "a"}));
    REQUIRE(names_in(folder / "above/place") == std::vector<std::string>{"link"});
    REQUIRE(status_of({root, ""})->kind == Kind::folder);
  });
}

TEST_CASE("no symlink is followed, neither at the root nor below it") {
  with_and_without_openat2([](const path& folder) {
    std::filesystem::create_directories(folder / "theirs/inner");
    write(folder / "theirs/inner/file", "theirs");
    std::filesystem::create_directory(folder / "place");
    std::filesystem::create_symlink("../theirs/inner", folder / "place/inner");
    std::filesystem::create_symlink("theirs", folder / "linked");
    write(folder / "mine", "mine");
    const Root place(folder / "place"), linked(folder / "linked");
    for (const Name& name : {Name(place, "inner/file"), Name(linked, "inner/file")}) {
      REQUIRE(status_of(name)->kind == Kind::missing);
      REQUIRE_FALSE(read_file(name, 100));
      REQUIRE_FALSE(replace(folder / "mine", name));
      REQUIRE_FALSE(exchange(folder / "mine", name));
      REQUIRE_FALSE(rename_new(folder / "mine", name.parent() / "file2"));
      REQUIRE_FALSE(write_new(name.parent() / "file3", "new"));
      REQUIRE_FALSE(make_hard_link_to_name(name, folder / "second"));
      require(remove_file(name));
    }
    REQUIRE_FALSE(make_folders_below(place, "inner/more"));
    REQUIRE_FALSE(make_folders_below(linked, "more"));
    REQUIRE_FALSE(open_beneath(folder / "linked", "inner/file"));
    std::size_t seen = 0;
    require(walk_below({place, ""}, [&](const std::string&, const Status&) { return ++seen, Descend::yes; }));
    REQUIRE(seen == 1);
    REQUIRE(names_in(folder / "theirs/inner") == std::vector<std::string>{"file"});
    REQUIRE(read(folder / "theirs/inner/file") == "theirs");
  });
}

TEST_CASE("a folder that is replaced by a symlink while the root is in use is not followed") {
  with_and_without_openat2([](const path& folder) {
    std::filesystem::create_directories(folder / "place/inner");
    std::filesystem::create_directory(folder / "theirs");
    write(folder / "theirs/file", "theirs");
    const Root place(folder / "place");
    require(write_new({place, "inner/one"}, "1"));
    std::filesystem::rename(folder / "place/inner", folder / "place/away");
    std::filesystem::create_symlink("../theirs", folder / "place/inner");
    require(remove_file({place, "inner/file"}));
    static_cast<void>(replace({place, "inner/one"}, {place, "inner/file"}));
    REQUIRE(read(folder / "theirs/file") == "theirs");
    REQUIRE(names_in(folder / "theirs") == std::vector<std::string>{"file"});
  });
}

TEST_CASE("the parent of a root is created again if it was removed") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "owner");
  const Root place(folder / "owner/name");
  CHECK(status_of({place, ""})->kind == Kind::missing);
  std::filesystem::remove(folder / "owner");
  CHECK(place.is_removed());
  require(make_folders_below(place, "inner"));
  CHECK(names_in(folder / "owner/name") == std::vector<std::string>{"inner"});
}

}  // namespace
}  // namespace hubcache::fs::test
