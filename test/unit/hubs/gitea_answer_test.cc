// Parses answers of a real Gitea 1.22.3, and broken ones.
#include "hubs/aistudio/gitea_answer.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "unit/hubs/hub_double.h"

namespace hubcache::hub {
namespace {

using test::fixture;

const Entry& entry(const std::vector<Entry>& entries, const std::string& path) {
  const auto found = std::ranges::find(entries, path, &Entry::path);
  REQUIRE(found != entries.end());
  return *found;
}

std::string page(const std::string& fields) { return R"({"url":"http://hub/t/abc",)" + fields + "}"; }

}  // namespace

TEST_CASE("a tree page is parsed") {
  const auto page = read_tree_page(fixture("tree_page1.json")).value();
  CHECK(page.entries.size() == 22);
  CHECK(page.total_count == 22);
  CHECK_FALSE(page.truncated);
  CHECK(page.version == "05594258efc5ec5ec1c63a3ff19ff550e16c4d20");
  CHECK(entry(page.entries, "model.safetensors").sha->str() == "85e1a1632a7b1ffffa29559ab1840e941606bc1f");
  CHECK(entry(page.entries, "model.safetensors").size == 134);
  CHECK(entry(page.entries, "模型.txt").kind == Entry::Kind::file);
  CHECK(entry(page.entries, "link.json").kind == Entry::Kind::symlink);
  CHECK(entry(page.entries, "inference/a").kind == Entry::Kind::folder);
}

TEST_CASE("the page after the last has no tree") {
  const auto page = read_tree_page(fixture("many_tree_page3.json")).value();
  CHECK(page.entries.empty());
  CHECK(page.total_count == 1515);
}

TEST_CASE("contents of a plain file, a nested file and an LFS file are parsed") {
  const auto plain = read_contents(fixture("contents_plain.json")).value();
  CHECK(plain.path == "config.json");
  CHECK(plain.sha.str() == "b723dd68970f99e251dc1038e1415e98dd378f10");
  CHECK(plain.size == 23);
  CHECK_FALSE(plain.lfs_size);
  CHECK(plain.last_commit_sha == "6a40f0af29b21676b71217a9808b887bdc225be8");
  CHECK(read_contents(fixture("contents_nested.json")).value().path == "inference/a/b.json");
  CHECK(read_contents(fixture("contents_unicode.json")).value().path == "模型.txt");
  const auto lfs = read_contents(fixture("contents_lfs.json")).value();
  CHECK(lfs.size == 134);
  CHECK(lfs.lfs_size == 209715200);
}

TEST_CASE("a folder, a tag and an error are parsed") {
  const auto folder = read_folder(fixture("contents_dir.json")).value();
  CHECK(folder.size() == 2);
  CHECK(entry(folder, "inference/a").kind == Entry::Kind::folder);
  CHECK(entry(folder, "inference/weights.pdiparams").kind == Entry::Kind::file);
  CHECK(read_commit_of_tag(fixture("tag_v1.json")).value() == "6a40f0af29b21676b71217a9808b887bdc225be8");
  CHECK(read_message(fixture("tree_norepo.json")) == "The target couldn't be found.");
  CHECK_FALSE(read_message("<html>"));
}

TEST_CASE("a folder is refused as a file, and a file as a folder") {
  CHECK_FALSE(read_contents(fixture("contents_dir.json")));
  CHECK_FALSE(read_folder(fixture("contents_plain.json")));
}

TEST_CASE("tree pages of the wrong form are Errors") {
  CHECK(read_tree_page(page(R"("tree":[],"total_count":0)")));
  CHECK(read_tree_page(page(R"("tree":null,"truncated":null,"total_count":0)")));
  for (const std::string& body :
       {std::string(), std::string("[]"), std::string("null"), page(R"("tree":[])"),
        page(R"("tree":[],"total_count":null)"), page(R"("tree":[],"total_count":"7")"),
        page(R"("tree":[],"total_count":-1)"), page(R"("tree":{},"total_count":0)"),
        page(R"("tree":[1],"total_count":1)"), page(R"("tree":[{"path":1,"type":"blob"}],"total_count":1)"),
        page(R"("tree":[{"path":"a"}],"total_count":1)"), page(R"("tree":[],"total_count":0,"truncated":"no")"),
        std::string(R"({"url":"http://hub/a\nb","total_count":0})"), fixture("tree_page1.json").substr(0, 3000),
        std::string(100'000, '[')}) {
    CAPTURE(body);
    const auto read = read_tree_page(body);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == ErrorCode::hub);
    CHECK(read.error().message.starts_with("returned "));
  }
}

TEST_CASE("an invalid sha of a tree is ignored, because the client never reads it") {
  for (const std::string sha : {R"("abc")", "null", "7", R"("85E1A1632A7B1FFFFA29559AB1840E941606BC1F")"}) {
    const auto read =
        read_tree_page(page(R"("total_count":1,"tree":[{"path":"a","type":"blob","sha":)" + sha + "}]")).value();
    CHECK_FALSE(read.entries.at(0).sha);
  }
}

TEST_CASE("submodules are found by type or mode; other entries are of unknown kind") {
  const auto read =
      read_tree_page(
          page(R"("total_count":3,"tree":[{"path":"a","type":"commit"},{"path":"b","type":"blob","mode":"160000"},)"
               R"({"path":"c","type":"door"}])"))
          .value();
  CHECK(read.entries.at(0).kind == Entry::Kind::submodule);
  CHECK(read.entries.at(1).kind == Entry::Kind::submodule);
  CHECK(read.entries.at(2).kind == Entry::Kind::unknown);
}

TEST_CASE("contents of the wrong form are Errors") {
  const std::string sha = R"("sha":"85e1a1632a7b1ffffa29559ab1840e941606bc1f")";
  CHECK(read_contents(R"({"path":"a","size":1,"last_commit_sha":null,)" + sha + "}").value().last_commit_sha ==
        std::nullopt);
  CHECK(read_contents(R"({"path":"a","size":134,"lfs_size":7000,)" + sha + "}").value().lfs_size == 7000);
  for (const std::string& body :
       {R"({"size":1,)" + sha + "}", R"({"path":"a",)" + sha + "}", std::string(R"({"path":"a","size":1,"sha":"x"})"),
        R"({"path":"a","size":1.5,)" + sha + "}", R"({"path":"a","size":1,"last_commit_sha":5,)" + sha + "}"}) {
    CAPTURE(body);
    CHECK_FALSE(read_contents(body));
  }
}

}  // namespace hubcache::hub
