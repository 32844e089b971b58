#include <hubcache/repo.h>

#include <filesystem>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "base/text.h"
#include "unit/table.h"

namespace hubcache {
namespace {

using namespace std::string_literals;

/// Replaces \xNN by the byte.
std::string unescaped(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') bytes += text[i];
    else bytes += static_cast<char>(std::stoi(text.substr(i + 2, 2), nullptr, 16)), i += 3;
  }
  return bytes;
}

}  // namespace

TEST_CASE("repo ids are checked") {
  for (const std::string& good :
       {"a/b"s, "ctbots/first-paddle-model"s, "PaddlePaddle/ERNIE-4.5-0.3B_Paddle"s, "a/.b"s, "a/b..c"s, "a/..."s,
        "-/_"s, "0/1"s, "团队/模型"s, "a/___"s, std::string(128, 'a') + "/" + std::string(128, 'b')}) {
    CAPTURE(good);
    const auto id = RepoId::parse(good);
    REQUIRE(id);
    CHECK(id->str() == good);
    CHECK(id->owner() + "/" + id->name() == good);
  }
  for (const std::string& bad : {""s,
                                 "a"s,
                                 "/"s,
                                 "a/"s,
                                 "/b"s,
                                 "a/b/c"s,
                                 "a//b"s,
                                 "../b"s,
                                 "a/.."s,
                                 "./b"s,
                                 "a/."s,
                                 "._tmp/b"s,
                                 "a/._tmp"s,
                                 "._hubcache/b"s,
                                 "a/._hubcache"s,
                                 "a b/c"s,
                                 "a/b\n"s,
                                 "a/b\0"s,
                                 "a\\b/c"s,
                                 "a/b?"s,
                                 "a/b%2f"s,
                                 "a/b:c"s,
                                 "~/b"s,
                                 "a/\xFF"s,
                                 "a/\xED\xA0\x80"s,
                                 std::string(129, 'a') + "/b",
                                 "a/" + std::string(129, 'b')}) {
    CAPTURE(printable(bad));
    const auto id = RepoId::parse(bad);
    REQUIRE_FALSE(id);
    CHECK(id.error().code == ErrorCode::usage);
    CHECK(id.error().message == in_quotes(bad) + " is not a repo id");
    CHECK_FALSE(id.error().hint.empty());
  }
}

TEST_CASE("revisions follow git check-ref-format, and must not look like an option") {
  const auto rows = test::read_table("repo/refs.tsv");
  REQUIRE(rows.size() > 60);
  for (const auto& row : rows) {
    CAPTURE(row[0]);
    const std::string name = unescaped(row[0]);
    CHECK(Revision::parse(name).has_value() == (row[1] == "yes" && !name.starts_with('-')));
  }
  CHECK(Revision::parse(std::string(255, 'a')));
  CHECK_FALSE(Revision::parse(std::string(256, 'a')));
  CHECK_FALSE(Revision::parse("a\0b"s));
  CHECK_FALSE(Revision::parse("a\xFF"));
  CHECK(Revision::parse("a..b").error().code == ErrorCode::usage);
}

TEST_CASE("paths inside a repo are checked") {
  for (const std::string& good : {"a"s, "a/b/c.txt"s, ".gitignore"s, "..a"s, "a../b"s, "..."s, " "s, "a\nb"s,
                                  "模型.txt"s, "a\\b"s, "C:"s, "-"s, std::string(255, 'a')}) {
    CAPTURE(good);
    REQUIRE(RelPath::parse(good));
    CHECK(RelPath::parse(good)->str() == good);
  }
  for (const std::string& bad :
       {""s, "/"s, "/a"s, "a/"s, "a//b"s, "."s, ".."s, "./a"s, "../a"s, "a/./b"s, "a/../b"s, "a/.."s, "a/."s, "a\0b"s,
        "\xFF"s, std::string(256, 'a'), "a/" + std::string(256, 'b')}) {
    CAPTURE(printable(bad));
    REQUIRE_FALSE(RelPath::parse(bad));
    CHECK(RelPath::parse(bad).error().code == ErrorCode::failed);
  }
  std::string deep = "a";
  while (deep.size() < 4095) deep += "/a";
  CHECK(RelPath::parse(deep));
  CHECK_FALSE(RelPath::parse(deep + "/a"));
}

TEST_CASE("a valid path stays below any root that it is joined to") {
  const auto piece = rc::gen::element("a"s, "."s, ".."s, "/"s, "//"s, ""s, "\0"s, "b.c"s, "\xFF"s, "~"s);
  CHECK(rc::check([&] {
    std::string text;
    for (const auto& part : *rc::gen::container<std::vector<std::string>>(piece)) text += part;
    const auto path = RelPath::parse(text);
    if (!path) return;
    const std::filesystem::path root = "/the/root";
    const auto joined = root / path->str();
    RC_ASSERT(joined == joined.lexically_normal());
    RC_ASSERT(joined.native().starts_with("/the/root/"));
  }));
}

TEST_CASE("a path has its parts") {
  const auto nested = *RelPath::parse("a/b/c.txt"), top = *RelPath::parse("c.txt");
  CHECK(nested.parent() == "a/b");
  CHECK(nested.filename() == "c.txt");
  CHECK(top.parent() == "");
  CHECK(top.filename() == "c.txt");
}

TEST_CASE("object ids are checked") {
  const std::string sha1(40, 'a'), sha256 = std::string(32, '0') + std::string(32, 'f');
  CHECK(ObjectId::parse(sha1)->str() == sha1);
  CHECK(ObjectId::parse(sha256)->str() == sha256);
  CHECK(*ObjectId::parse(sha1) == *ObjectId::parse(sha1));
  CHECK_FALSE(*ObjectId::parse(sha1) == *ObjectId::parse(std::string(64, 'a')));
  for (const std::string& bad :
       {""s, std::string(39, 'a'), std::string(41, 'a'), std::string(63, 'a'), std::string(65, 'a'),
        std::string(40, 'A'), std::string(40, 'g'), std::string(39, 'a') + "\0"s}) {
    CHECK_FALSE(ObjectId::parse(bad));
  }
}

TEST_CASE("repo types are checked") {
  for (const RepoType type : {RepoType::model, RepoType::dataset})
    CHECK(parse_repo_type(name_of(type)).value() == type);
  for (const char* bad : {"", "models", "Model", "space"}) CHECK(parse_repo_type(bad).error().code == ErrorCode::usage);
}

}  // namespace hubcache
