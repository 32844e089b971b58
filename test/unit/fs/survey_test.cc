#include "fs/survey.h"

#include <algorithm>
#include <map>

#include <doctest/doctest.h>

#include <unistd.h>

#include "base/cancel.h"
#include "unit/fs/support.h"

namespace hubcache::fs {
namespace {

void put(const std::filesystem::path& name, std::string_view bytes) {
  std::filesystem::create_directories(name.parent_path());
  test::write(name, bytes);
}

struct Seen {
  std::map<std::string, SurveyedEntry> entries;
  Survey survey;
};

Seen look(const std::filesystem::path& folder) {
  Seen seen;
  const Root root(folder);
  seen.survey = survey({root, ""}, [&](const SurveyedEntry& entry) {
                  seen.entries.emplace(entry.path, entry);
                  return Descend::yes;
                }).value();
  return seen;
}

}  // namespace

TEST_CASE("a survey sees each name once, and follows no symlink") {
  const test::TemporaryFolder folder;
  put(folder / "place/a/file", std::string(5000, 'x'));
  put(folder / "outside/secret", "x");
  std::filesystem::create_symlink("../outside", folder / "place/link");
  std::filesystem::create_hard_link(folder / "place/a/file", folder / "place/twin");
  const Seen seen = look(folder / "place");
  CHECK(seen.survey.kind == Kind::folder);
  CHECK(seen.survey.unread.empty());
  REQUIRE(seen.entries.size() == 5);  // with the folder itself
  CHECK(seen.entries.at("link").kind == Kind::symlink);
  const SurveyedEntry &file = seen.entries.at("a/file"), &twin = seen.entries.at("twin");
  CHECK(file.stamp.inode == twin.stamp.inode);
  CHECK(file.links == 2);
  CHECK(file.stamp.size == 5000);
  CHECK(file.disk_size % 512 == 0);
  CHECK(seen.entries.at("").kind == Kind::folder);
}

TEST_CASE("a missing folder and a symlink have no entries below") {
  const test::TemporaryFolder folder;
  put(folder / "outside/secret", "x");
  std::filesystem::create_symlink("outside", folder / "place");
  CHECK(look(folder / "missing").survey.kind == Kind::missing);
  const Seen seen = look(folder / "place");
  CHECK(seen.survey.kind == Kind::symlink);
  CHECK(seen.entries.size() == 1);
}

TEST_CASE("folders that are too deep are named, and the rest is seen") {
  const test::TemporaryFolder folder;
  std::filesystem::path deep = folder / "place";
  for (int level = 0; level < 140; ++level) deep /= "d";
  std::filesystem::create_directories(deep);
  put(folder / "place/file", "x");
  const Seen seen = look(folder / "place");
  CHECK(seen.survey.unread.empty());
  REQUIRE(seen.survey.not_entered.size() == 1);
  CHECK(seen.survey.not_entered.front().message.ends_with(
      "is more than 136 folders deep; what is deeper is not counted"));
  CHECK(seen.entries.contains("file"));
}

TEST_CASE("a large folder is read block by block") {
  const test::TemporaryFolder folder;
  for (int number = 0; number < 3000; ++number) put(folder / ("place/file-" + std::to_string(number)), "");
  CHECK(look(folder / "place").entries.size() == 3001);
}

TEST_CASE("a cancelled survey ends") {
  const test::TemporaryFolder folder;
  put(folder / "place/file", "x");
  const CancelScope scope([] { return true; });
  const Root root(folder / "place");
  const auto result = survey({root, ""}, [](const SurveyedEntry&) { return Descend::yes; });
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::interrupted);
}

}  // namespace hubcache::fs
