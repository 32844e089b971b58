#include "caches/judge.h"

#include <doctest/doctest.h>

#include "hubs/registry.h"

namespace hubcache::caches {
namespace {

ExaminedRepo examined(std::string id, std::uint64_t disk_size, std::vector<LinkedFile> linked = {},
                      const char* target = "huggingface") {
  ExaminedRepo one;
  one.target = hubs::find_target(target).value();
  one.repo.repo_id = std::move(id);
  one.repo.hub = one.target->hub.name;
  one.repo.target = target;
  one.measured.root = fs::Kind::folder;
  one.measured.disk_size = disk_size;
  one.measured.linked = std::move(linked);
  one.measured.files = 1;
  return one;
}

CachedState state_of(void (*change)(ExaminedRepo&)) {
  ExaminedRepo one = examined("a/b", 100);
  change(one);
  return judged(one).state;
}

}  // namespace

TEST_CASE("hard links count once in a repo, in an owner, in a hub and in the sum") {
  const LinkedFile shared{1, 7, 1000, 990}, own{1, 8, 500, 500};
  const std::vector<ExaminedRepo> repos = {examined("me/one", 10, {shared}), examined("me/two", 20, {shared, own}),
                                           examined("you/three", 30, {shared}),
                                           examined("me/four", 40, {shared}, "aistudio")};
  CHECK(judged(repos[1]).disk_size == 1520);
  CHECK(judged(repos[1]).content_size == 1490);
  const DiskUsage total = usage_of(repos);
  CHECK(total.disk_size == 1600);
  CHECK(total.repos == 4);
  REQUIRE(total.parts.size() == 2);
  const DiskUsage& hub = total.parts.front();
  CHECK(hub.name == "Hugging Face");
  CHECK(hub.disk_size == 1560);
  REQUIRE(hub.parts.size() == 2);
  CHECK(hub.parts.front().name == "me");
  CHECK(hub.parts.front().disk_size == 1530);
  REQUIRE(hub.parts.front().parts.size() == 2);
  CHECK(hub.parts.front().parts.front().name == "two");
  CHECK(hub.parts.front().parts.front().disk_size == 1520);
}

TEST_CASE("of two entries of one file, the larger content counts") {
  std::vector<LinkedFile> files = {{1, 7, 100, 0}, {1, 7, 100, 90}, {2, 7, 100, 0}, {1, 7, 100, 90}};
  make_unique(files);
  CHECK(files == std::vector<LinkedFile>{{2, 7, 100, 0}, {1, 7, 100, 90}});
}

TEST_CASE("states") {
  CHECK(state_of([](ExaminedRepo&) {}) == CachedState::genuine);
  CHECK(state_of([](ExaminedRepo& one) { one.measured.files = 0; }) == CachedState::empty);
  CHECK(state_of([](ExaminedRepo& one) { one.measured.unfinished = 1; }) == CachedState::partial);
  CHECK(state_of([](ExaminedRepo& one) { one.measured.names = {{"main", "1234"}}; }) == CachedState::genuine);
  CHECK(state_of([](ExaminedRepo& one) { one.measured.not_entered = {{ErrorCode::failed, "too deep", ""}}; }) ==
        CachedState::genuine);
  CHECK(state_of([](ExaminedRepo& one) { one.measured.broken_links = 1; }) == CachedState::damaged);
  CHECK(state_of([](ExaminedRepo& one) { one.measured.index_error = "odd"; }) == CachedState::damaged);
  CHECK(state_of([](ExaminedRepo& one) {
          one.measured.broken_links = 1;
          one.is_adopted = true;
        }) == CachedState::adopted);
  CHECK(state_of([](ExaminedRepo& one) {
          one.is_adopted = true;
          one.is_readable = false;
        }) == CachedState::unreadable);
}

TEST_CASE("a name of a commit without files, and a size without all folders, are noted") {
  ExaminedRepo one = examined("a/b", 2048);
  one.measured.revisions = {"1111"};
  one.measured.revision_count = 1;
  one.measured.names = {{"main", "2222"}, {"v1", "1111"}};
  one.measured.not_entered = {{ErrorCode::failed, "too deep", ""}};
  CHECK(judged(one).notes == std::vector<std::string>{"too deep", "the repo occupies at least 2.0 KiB",
                                                      "main is commit 2222, of which there are no files"});
  for (int number = 0; number < 9; ++number) one.measured.names["pr/" + std::to_string(number)] = "3333";
  CHECK(judged(one).notes.back() == "other names of commits of which there are no files: 5");
}

TEST_CASE("a revision has its names, or else its folder") {
  ExaminedRepo one = examined("a/b", 1);
  one.measured.revisions = {"1111", "2222"};
  one.measured.revision_count = 2;
  one.measured.names = {{"main", "2222"}, {"v1", "2222"}, {"gone", "3333"}};
  CHECK(judged(one).revisions == std::vector<std::string>{"1111", "main", "v1"});
  CHECK(judged(one).revision_count == 2);
}

}  // namespace hubcache::caches
