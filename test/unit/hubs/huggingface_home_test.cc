#include "hubs/huggingface/home.h"

#include <doctest/doctest.h>

#include <sstream>

#include "unit/table.h"

namespace hubcache {
namespace {

Environment with(const std::string& assignments) {
  Environment environment;
  environment.working_folder = "/";
  environment.variables = {{"HOME", "/home/me"}, {"BASE", "/base"}};
  std::istringstream words(assignments);
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    environment.variables.emplace(word.substr(0, equals), word.substr(equals + 1));
  }
  return environment;
}

}  // namespace

TEST_CASE("variables are expanded as by CPython's os.path.expandvars") {
  Environment environment;
  environment.variables = {{"A", "x"}, {"AB", "yy"}, {"EMPTY", ""}, {"LOOP", "$A"}, {"_1", "under"}};
  const auto rows = test::read_table("base/expandvars.tsv");
  REQUIRE(rows.size() == 24);
  for (const auto& row : rows) {
    CAPTURE(row[0]);
    CHECK(expand_variables(environment, row[0]) == row[1]);
  }
}

TEST_CASE("the folders equal those of huggingface_hub") {
  const auto rows = test::read_table("base/huggingface_home.tsv");
  REQUIRE(rows.size() > 50);
  for (const auto& row : rows) {
    CAPTURE(row[0]);
    const auto home = huggingface_home(with(row[0]));
    CHECK(home.cache == row[1]);
    CHECK(home.token_file == row[2]);
  }
}

TEST_CASE("the folders of copies equal those of transformers and datasets") {
  const auto rows = test::read_table("base/huggingface_copies.tsv");
  REQUIRE(rows.size() == 29);
  for (const auto& row : rows) {
    CAPTURE(row[0]);
    const auto home = huggingface_home(with(row[0]));
    CHECK(home.modules == row[1]);
    CHECK(home.datasets == row[2]);
  }
}

}  // namespace hubcache
