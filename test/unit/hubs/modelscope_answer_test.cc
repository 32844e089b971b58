// ModelScope's answers are hostile until they are checked. The good samples are in test/data/modelscope.
#include <doctest/doctest.h>

#include "hubs/modelscope/answer.h"

namespace hubcache::hub::modelscope_answer_test {
namespace {

std::string listing_of(const std::string& entries) {
  return R"({"Code":200,"Data":{"Files":[)" + entries + R"(]},"Message":"success"})";
}

const std::string commit(40, 'a');

std::string file(const std::string& fields) {
  return listing_of(R"({"Path":"a","Type":"blob","Revision":")" + commit + R"(")" + fields + "}");
}

}  // namespace

TEST_CASE("a file of a listing") {
  const std::string digest(64, 'b');
  const auto entries = read_modelscope_files(file(R"(,"Size":7,"Sha256":")" + digest + R"(")")).value();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].kind == Entry::Kind::file);
  CHECK(entries[0].size == 7);
  CHECK(entries[0].sha->str() == commit);
  CHECK(entries[0].lfs_sha256->str() == digest);
}

TEST_CASE("a digest that clients cannot use is unknown") {
  for (const std::string digest : {R"(null)", R"("")", R"(7)", R"("abc")"}) {
    CAPTURE(digest);
    CHECK_FALSE(read_modelscope_files(file(R"(,"Size":7,"Sha256":)" + digest)).value().front().lfs_sha256);
  }
  CHECK_FALSE(read_modelscope_files(file(R"(,"Size":7)")).value().front().lfs_sha256);
}

TEST_CASE("listings with wrong types are refused") {
  for (const std::string& body : {
           file(R"(,"Size":-1)"),
           file(R"(,"Size":"7")"),
           file(""),
           listing_of(R"({"Path":7,"Type":"blob"})"),
           listing_of(R"({"Path":"a","Type":"blob","Revision":"","Size":1})"),
           listing_of("7"),
           std::string(R"({"Data":{"Files":[]}})"),
           std::string(R"({"Code":200,"Data":null})"),
           std::string(R"({"Code":200,"Data":{"Files":{}}})"),
           std::string("[]"),
           std::string("<html>"),
       }) {
    CAPTURE(body);
    CHECK_FALSE(read_modelscope_files(body));
  }
}

TEST_CASE("an error with its message in one line") {
  const auto failed = read_modelscope_files(R"({"Code":7,"Data":null,"Message":"no\nhint: run x"})");
  REQUIRE_FALSE(failed);
  CHECK(failed.error().message.find('\n') == std::string::npos);
  CHECK(failed.error().message.find("code 7 no") != std::string::npos);
  CHECK(read_modelscope_files(R"({"Code":7,"Message":""})").error().message.ends_with("code 7"));
}

TEST_CASE("branches and tags") {
  const auto revisions = read_modelscope_revisions(
      R"({"Code":200,"Data":{"RevisionMap":{"Branches":[{"Revision":"master"}],"Tags":null}}})");
  CHECK(revisions.value().branches == std::vector<std::string>{"master"});
  CHECK(revisions.value().tags.empty());
  CHECK_FALSE(read_modelscope_revisions(R"({"Code":200,"Data":{"RevisionMap":{"Branches":[7]}}})"));
}

}  // namespace hubcache::hub::modelscope_answer_test
