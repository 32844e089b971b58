#include "fs/glob.h"

#include <chrono>
#include <string>

#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

Glob glob(std::string_view pattern) {
  auto parsed = Glob::parse(pattern);
  require(parsed);
  return *parsed;
}

bool excludes(std::string_view pattern, std::string_view file) { return ignores(glob(pattern), file, false); }

TEST_CASE("a pattern without a slash matches at any depth, one with a slash at the root") {
  CHECK(excludes("*.bin", "model.bin"));
  CHECK(excludes("*.bin", "a/b/model.bin"));
  CHECK_FALSE(excludes("*.bin", "model.bin.txt"));
  CHECK(excludes("/model.bin", "model.bin"));
  CHECK_FALSE(excludes("/model.bin", "a/model.bin"));
  CHECK(excludes("a/b", "a/b"));
  CHECK_FALSE(excludes("a/b", "x/a/b"));
}

TEST_CASE("a pattern that matches a folder matches everything below it") {
  CHECK(excludes("logs", "logs/1/out.txt"));
  CHECK(excludes("logs/", "x/logs/out.txt"));
  CHECK_FALSE(excludes("logs/", "logs"));
  CHECK(glob("logs/").matches("logs", true));
  CHECK_FALSE(glob("logs").matches("logs/out.txt", false));
}

TEST_CASE("two stars match across folders") {
  CHECK(excludes("a/**/b", "a/b"));
  CHECK(excludes("a/**/b", "a/x/y/b"));
  CHECK(excludes("a/**", "a/x/y"));
  CHECK_FALSE(excludes("a/*/b", "a/x/y/b"));
  CHECK_FALSE(glob("a/**").matches("a", true));
}

TEST_CASE("names with special characters can be matched by escapes") {
  CHECK(excludes("\\!important", "!important"));
  CHECK(excludes("#notes", "#notes"));
  CHECK(excludes("\\[1\\].txt", "[1].txt"));
  CHECK(excludes("name with end ", "name with end "));
  CHECK(excludes("模型*", "模型.bin"));
}

TEST_CASE("a pattern that can never match is a usage error") {
  const std::string too_long(4097, 'a');
  for (const std::string& pattern :
       {std::string(), std::string("/"), std::string("//"), std::string("./a"), std::string("a//b"),
        std::string("../a"), std::string("a/.."), std::string("[a"), std::string("a\\"), std::string("[[:nothing:]]"),
        std::string("**/./a"), std::string("**//"), std::string("!a"), std::string("a\0b", 3), too_long}) {
    CAPTURE(pattern);
    const auto parsed = Glob::parse(pattern);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::usage);
    CHECK_FALSE(parsed.error().hint.empty());
  }
  CHECK(Glob::parse("a\x1B[2J[").error().message.find('\x1B') == std::string::npos);
}

TEST_CASE("hostile patterns cost at most pattern length times text length") {
  std::string stars, folders;
  for (int i = 0; i < 1000; ++i) {
    stars += "*a";
    folders += "**/a/";
  }
  const std::string text(4000, 'a');
  std::string path = "a";
  for (int i = 0; i < 2000; ++i) path += "/a";
  const auto begin = std::chrono::steady_clock::now();
  CHECK_FALSE(glob(stars + "*b").matches(text, false));
  CHECK_FALSE(glob("*a*a*a*a*a*a*a*a*a*a*b").matches(text, false));
  CHECK_FALSE(glob("**/*a*a*a*a*b/**/*a*a*a*b/c").matches(path, false));
  CHECK_FALSE(glob(folders.substr(0, 4000) + "b").matches(path, false));
  CHECK_FALSE(glob("/**/*/**/*/**/*/**/*/**/*/**/b").matches(path, false));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
}

}  // namespace
}  // namespace hubcache::fs::test
