#include "hub/sift.h"

#include "hubs/aistudio/names.h"
#include "hubs/huggingface/names.h"

#include <doctest/doctest.h>

#include <map>

namespace hubcache::hub {
namespace {

Entry file(std::string path, Entry::Kind kind = Entry::Kind::file) { return {std::move(path), kind, {}, 1}; }

Result<Sifted> sifted(std::vector<Entry> entries) {
  return sift(std::move(entries), aistudio_names, RepoId::parse("me/model").value());
}

std::vector<std::string> paths(const Sifted& result) {
  std::vector<std::string> out;
  for (const auto& listed : result.files) out.push_back(listed.path.str());
  return out;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("files are kept and sorted; files that the SDK ignores are left out without a message") {
  const auto result = sifted({file("b"), file("a/c"), file("a", Entry::Kind::folder), file(".gitignore"),
                              file(".gitattributes"), file("a/.gitignore"), file("link", Entry::Kind::symlink)})
                          .value();
  CHECK(paths(result) == Names{"a/.gitignore", "a/c", "b", "link"});
  CHECK(result.left_out.empty());
}

TEST_CASE("unusable names are left out and named, escaped for a terminal") {
  using namespace std::string_literals;
  const std::vector<std::string> bad = {"/etc/passwd",
                                        "../x",
                                        "a/../../x",
                                        "a/..",
                                        "..",
                                        "",
                                        ".",
                                        "a//b",
                                        "a/",
                                        "a/./b",
                                        "a\0b"s,
                                        "._tmp/x",
                                        "._tmp",
                                        std::string(300, 'n'),
                                        std::string(9000, 'n'),
                                        "\xEF\xBF\xBD.txt",
                                        "bad\xFF"};
  std::vector<Entry> entries = {file("good"), file("sub", Entry::Kind::submodule), file("door", Entry::Kind::unknown),
                                file("\x1b[31mred/..")};
  for (const auto& name : bad) entries.push_back(file(name));
  const auto result = sifted(std::move(entries)).value();
  CHECK(paths(result) == Names{"good"});
  CHECK(result.left_out.size() == bad.size() + 3);
  std::map<std::string, std::string> why;
  for (const LeftOut& one : result.left_out) {
    CHECK_FALSE(one.why.empty());
    CHECK(one.name.size() <= 310);
    why[one.name] = one.why;
  }
  CHECK(why["/etc/passwd"] == "its path is absolute");
  CHECK(why["../x"] == "its path leads out of the model's folder");
  CHECK(why["a\\x00b"] == "its path contains a NUL byte");
  CHECK(why.count("\\x1b[31mred/.."));
  CHECK(why["sub"].starts_with("a submodule"));
}

TEST_CASE("the SDK requests left-out submodules, reserved names and names that are not UTF-8") {
  const auto sha = ObjectId::parse(std::string(40, 'a')).value();
  std::vector<Entry> entries = {file("sub", Entry::Kind::submodule), file("._tmp/x"), file("\xEF\xBF\xBD.txt"),
                                file("../x"), file("door", Entry::Kind::unknown)};
  for (Entry& entry : entries) entry.sha = sha;
  const auto result = sifted(entries).value();
  CHECK(result.left_out.size() == 5);
  Names names;
  for (const ListedFile& one : result.asked_for) names.push_back(one.path.str());
  CHECK(names == Names{"._tmp/x", "sub", "\xEF\xBF\xBD.txt"});
  CHECK(result.asked_for[1].size == 0);
  CHECK(result.asked_for[1].is_askable);
  CHECK_FALSE(result.asked_for[2].is_askable);
  CHECK(sift(entries, huggingface_names, RepoId::parse("me/model").value()).value().asked_for.empty());
}

TEST_CASE("names that only look dangerous are accepted") {
  const auto result = sifted({file("..a"), file("a..b"), file("a/.msc"), file("x._tmp"), file("...")}).value();
  CHECK(paths(result) == Names{"...", "..a", "a..b", "a/.msc", "x._tmp"});
}

TEST_CASE("the first of two duplicates counts, and a folder's files count over a file with the folder's name") {
  auto entries = std::vector{file("a"), file("a/b"), file("a!"),      file("c"),
                             file("c"), file("d/e"), file("d/e/f/g"), file("d/e/f")};
  entries[3].size = 7;
  const auto result = sifted(std::move(entries)).value();
  CHECK(paths(result) == Names{"a!", "a/b", "c", "d/e/f/g"});
  CHECK(result.files[2].size == 7);
  Names left_out;
  for (const auto& item : result.left_out) left_out.push_back(item.name);
  CHECK(left_out == Names{"c", "a", "d/e", "d/e/f"});
}

TEST_CASE("a repo with the client's own metadata, or hubcache's, is a conflict") {
  for (const std::string name : {".msc", ".mdl", ".mv", ".msc/x", "._hubcache", "._hubcache/x"}) {
    CAPTURE(name);
    const auto result = sifted({file("a"), file(name)});
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::conflict);
    CHECK(result.error().message.find("'" + name + "'") != std::string::npos);
  }
}

TEST_CASE("a hundred thousand conflicting names take little time") {
  std::vector<Entry> entries;
  for (int i = 0; i < 50'000; ++i) {
    entries.push_back(file(std::to_string(i)));
    entries.push_back(file(std::to_string(i) + "/x"));
  }
  const auto result = sifted(std::move(entries)).value();
  CHECK(result.files.size() == 50'000);
  CHECK(result.left_out.size() == 50'000);
}

}  // namespace hubcache::hub
