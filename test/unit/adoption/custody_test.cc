// Whose a file is, and what may become of it.
#include "adoption/custody.h"

#include <doctest/doctest.h>

#include "unit/temporary_folder.h"

namespace hubcache::adoption {
namespace {

constexpr FileStamp stamp{1, 2, 3, 4};

fs::Status status(FileStamp of, fs::Kind kind = fs::Kind::file, std::uint32_t links = 1) {
  fs::Status status;
  status.kind = kind;
  status.stamp = of;
  status.links = links;
  return status;
}

record::Entry nothing_placed() { return {.path = *RelPath::parse("f"), .source = {}}; }

record::Entry entry(LinkKind link = LinkKind::copy) {
  record::Entry one = nothing_placed();
  one.link = link;
  one.placed = stamp;
  return one;
}

/// A place with one file in it, and what the record says of that.
struct Scene {
  test::TemporaryFolder folder;
  Custody custody{folder / "place", folder / "record", Sources({}, folder / "user"), "20260102T030405Z"};
  record::Entry entry = nothing_placed();

  Scene() {
    test::write(folder / "place/f", "content");
    entry.link = LinkKind::copy;
    entry.placed = fs::status_of(folder / "place/f")->stamp;
  }
  bool is_there(const std::string& name) const {
    return std::filesystem::exists(std::filesystem::symlink_status(folder / name));
  }
};

}  // namespace

TEST_CASE("ours is what the record says to the last detail") {
  CHECK(is_ours(status(stamp), entry()));
  CHECK_FALSE(is_ours(status({9, 2, 3, 4}), entry()));
  CHECK_FALSE(is_ours(status({1, 9, 3, 4}), entry()));
  CHECK_FALSE(is_ours(status({1, 2, 9, 4}), entry()));
  CHECK_FALSE(is_ours(status({1, 2, 3, 9}), entry()));
  CHECK_FALSE(is_ours(status(stamp), nothing_placed()));
  CHECK_FALSE(is_ours(fs::Status{}, entry()));
}

TEST_CASE("what was to be staged and was not made yet is nothing, and nothing is not ours") {
  record::Entry entry = nothing_placed();
  entry.staged = record::Staged{};
  CHECK_FALSE(is_ours(fs::Status{}, entry));
}

TEST_CASE("a symlink cannot be edited: its ctime says no more than that it was renamed") {
  CHECK(is_ours(status({1, 2, 3, 9}, fs::Kind::symlink), entry(LinkKind::symlink)));
  CHECK_FALSE(is_ours(status({1, 2, 9, 4}, fs::Kind::symlink), entry(LinkKind::symlink)));
}

TEST_CASE("set aside: ours as it was before the move goes; an edit that has put size and mtime back is kept") {
  const auto set_aside = [](Scene& scene, const fs::Status& before) {
    test::write(scene.folder / "user/f", "content");
    std::filesystem::rename(scene.folder / "place/f", scene.folder / "item");
    return scene.custody.set_aside(scene.folder / "item", "f", before, &scene.entry);
  };
  Scene ours, edited, exchanged;
  REQUIRE(set_aside(ours, *fs::status_of(ours.folder / "place/f")));
  CHECK(ours.custody.kept().empty());
  CHECK(ours.custody.disposed_count() == 1);

  fs::Status later = *fs::status_of(edited.folder / "place/f");
  later.stamp.ctime += 1;
  REQUIRE(set_aside(edited, later));
  CHECK(edited.custody.kept().size() == 1);

  fs::Status another = *fs::status_of(exchanged.folder / "place/f");
  test::write(exchanged.folder / "new", "by another program, after the look");
  std::filesystem::rename(exchanged.folder / "new", exchanged.folder / "place/f");
  REQUIRE(set_aside(exchanged, another));
  CHECK(exchanged.custody.kept().size() == 1);
}

TEST_CASE("a hard link is ours however its file was edited; its last name is not") {
  CHECK(is_ours(status({1, 9, 9, 9}, fs::Kind::file, 2), entry(LinkKind::hardlink)));
  CHECK_FALSE(is_ours(status({1, 9, 9, 9}, fs::Kind::file, 1), entry(LinkKind::hardlink)));
  CHECK_FALSE(is_ours(status({9, 2, 3, 4}, fs::Kind::file, 2), entry(LinkKind::hardlink)));
}

TEST_CASE("a second name makes no edited copy ours, and no file that has the inode of a symlink") {
  CHECK_FALSE(is_ours(status({1, 9, 9, 9}, fs::Kind::file, 2), entry(LinkKind::copy)));
  CHECK_FALSE(is_ours(status({1, 9, 9, 9}, fs::Kind::file, 2), entry(LinkKind::symlink)));
  CHECK_FALSE(is_ours(status(stamp), entry(LinkKind::symlink)));
}

TEST_CASE("what is staged is ours before it is placed") {
  record::Entry staged = nothing_placed();
  staged.staged = record::Staged{stamp, {}, LinkKind::copy};
  CHECK(is_ours(status({1, 2, 3, 9}), staged));
  CHECK_FALSE(is_ours(status({9, 2, 3, 4}), staged));
}

TEST_CASE("a copy goes when the user's own is there, and is kept when it is the last") {
  Scene with_source;
  test::write(with_source.folder / "user/f", "content");
  REQUIRE(with_source.custody.dispose(with_source.folder / "place/f", with_source.entry));
  CHECK_FALSE(with_source.is_there("place/f"));
  CHECK(with_source.custody.kept().empty());
  CHECK(with_source.custody.disposed_count() == 1);

  Scene last;
  REQUIRE(last.custody.dispose(last.folder / "place/f", last.entry));
  REQUIRE(last.custody.kept().size() == 1);
  CHECK(test::read(last.custody.kept()[0]) == "content");
  CHECK(last.custody.kept()[0] == (last.folder / "record/kept/20260102T030405Z/f").native());
}

TEST_CASE("a folder, a dangling link or an emptied file of the user's is no other place of its bytes") {
  Scene folder, dangling, emptied;
  test::write(emptied.folder / "user/f", "");
  std::filesystem::create_directories(folder.folder / "user/f");
  std::filesystem::create_directory(dangling.folder / "user");
  std::filesystem::create_symlink("nowhere", dangling.folder / "user/f");
  for (Scene* scene : {&folder, &dangling, &emptied}) {
    REQUIRE(scene->custody.dispose(scene->folder / "place/f", scene->entry));
    CHECK(scene->custody.kept().size() == 1);
  }
}

TEST_CASE("taken out: ours goes, what was changed is kept, what is missing is fine") {
  Scene ours;
  test::write(ours.folder / "user/f", "content");
  CHECK(ours.custody.take_out(ours.entry).value());
  CHECK_FALSE(ours.is_there("place/f"));
  CHECK(ours.custody.kept().empty());
  CHECK_FALSE(ours.custody.take_out(ours.entry).value());

  Scene changed;
  test::write(changed.folder / "user/f", "content");
  test::write(changed.folder / "place/f", "edited in the place");
  CHECK_FALSE(changed.custody.take_out(changed.entry).value());
  CHECK_FALSE(changed.is_there("place/f"));
  REQUIRE(changed.custody.kept().size() == 1);
  CHECK(test::read(changed.custody.kept()[0]) == "edited in the place");
}

TEST_CASE("nothing kept is ever in the way of another") {
  Scene scene;
  for (const char* text : {"one", "two", "three"}) {
    test::write(scene.folder / "item", text);
    REQUIRE(scene.custody.keep(scene.folder / "item", "a/b"));
  }
  test::write(scene.folder / "item", "where the others have a folder");
  REQUIRE(scene.custody.keep(scene.folder / "item", "a"));
  CHECK(scene.custody.kept().size() == 4);
  CHECK(test::read(scene.custody.kept()[0]) == "one");
  CHECK(test::read(scene.custody.kept()[2]) == "three");
  CHECK(test::read(scene.custody.kept()[3]) == "where the others have a folder");
}

TEST_CASE("what was displaced first stays there; what comes later is kept") {
  Scene scene;
  test::write(scene.folder / "item", "genuine");
  REQUIRE(scene.custody.displace(scene.folder / "item", "f"));
  test::write(scene.folder / "item", "later");
  REQUIRE(scene.custody.displace(scene.folder / "item", "f"));
  CHECK(test::read(scene.custody.displaced("f").path()) == "genuine");
  CHECK(scene.custody.displaced_count() == 1);
  CHECK(test::read(scene.custody.kept().at(0)) == "later");
}

}  // namespace hubcache::adoption
