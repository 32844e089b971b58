// Which files of a place belong to hubcache, and what hubcache does with them.
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

/// A place with one file, and its record.
struct Scene {
  test::TemporaryFolder folder;
  Custody custody{folder / "place", folder / "record", Sources({}, {}, folder / "user"), "20260102T030405Z"};
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

TEST_CASE("a file is hubcache's only if its whole stamp equals the record") {
  CHECK(is_ours(status(stamp), entry()));
  CHECK_FALSE(is_ours(status({9, 2, 3, 4}), entry()));
  CHECK_FALSE(is_ours(status({1, 9, 3, 4}), entry()));
  CHECK_FALSE(is_ours(status({1, 2, 9, 4}), entry()));
  CHECK_FALSE(is_ours(status({1, 2, 3, 9}), entry()));
  CHECK_FALSE(is_ours(status(stamp), nothing_placed()));
  CHECK_FALSE(is_ours(fs::Status{}, entry()));
}

TEST_CASE("a missing file is not hubcache's, also if a staged entry was never created") {
  record::Entry entry = nothing_placed();
  entry.staged = record::Staged{};
  CHECK_FALSE(is_ours(fs::Status{}, entry));
}

TEST_CASE("the ctime of a symlink is ignored, because it only changes by a rename") {
  CHECK(is_ours(status({1, 2, 3, 9}, fs::Kind::symlink), entry(LinkKind::symlink)));
  CHECK_FALSE(is_ours(status({1, 2, 9, 4}, fs::Kind::symlink), entry(LinkKind::symlink)));
}

TEST_CASE(
    "set_aside deletes an unchanged file of hubcache, and keeps an edited file also if its size and mtime were "
    "restored") {
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

TEST_CASE("a hard link is hubcache's despite edits of the file, unless it is the last name") {
  CHECK(is_ours(status({1, 9, 9, 9}, fs::Kind::file, 2), entry(LinkKind::hardlink)));
  CHECK_FALSE(is_ours(status({1, 9, 9, 9}, fs::Kind::file, 1), entry(LinkKind::hardlink)));
  CHECK_FALSE(is_ours(status({9, 2, 3, 4}, fs::Kind::file, 2), entry(LinkKind::hardlink)));
}

TEST_CASE("a second hard link makes neither an edited copy nor a file with a symlink's inode hubcache's") {
  CHECK_FALSE(is_ours(status({1, 9, 9, 9}, fs::Kind::file, 2), entry(LinkKind::copy)));
  CHECK_FALSE(is_ours(status({1, 9, 9, 9}, fs::Kind::file, 2), entry(LinkKind::symlink)));
  CHECK_FALSE(is_ours(status(stamp), entry(LinkKind::symlink)));
}

TEST_CASE("a staged file is hubcache's before it is placed") {
  record::Entry staged = nothing_placed();
  staged.staged = record::Staged{stamp, {}, LinkKind::copy};
  CHECK(is_ours(status({1, 2, 3, 9}), staged));
  CHECK_FALSE(is_ours(status({9, 2, 3, 4}), staged));
}

TEST_CASE("a copy is deleted if the user's file exists, and kept if it is the last copy") {
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

TEST_CASE("a folder, a broken symlink or an emptied file in the user's folder does not count as a copy") {
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

TEST_CASE("take_out deletes hubcache's file, keeps a changed file, and ignores a missing file") {
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

TEST_CASE("kept files never replace each other") {
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

TEST_CASE("the first displaced file stays displaced; a later one is kept") {
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
