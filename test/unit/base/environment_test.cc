#include <hubcache/environment.h>

#include <cstdlib>

#include <doctest/doctest.h>

#include "unit/table.h"

namespace hubcache {
namespace {

Environment with_home(const std::string& home) {
  Environment environment;
  environment.variables["HOME"] = home;
  environment.account_home = "/home/by-the-database";
  return environment;
}

}  // namespace

TEST_CASE("~ is expanded as by CPython's os.path.expanduser") {
  const auto rows = test::read_table("base/expanduser.tsv");
  REQUIRE(rows.size() == 91);
  for (const auto& row : rows) {
    CAPTURE(row[0]);
    CAPTURE(row[1]);
    CHECK(with_home(row[0]).expand_user(row[1]) == row[2]);
  }
}

TEST_CASE("without HOME the home comes from the password database") {
  Environment environment;
  environment.account_home = "/home/me/";
  CHECK(environment.expand_user("~") == "/home/me");
  CHECK(environment.expand_user("~/x") == "/home/me/x");
  environment.account_home = "";
  CHECK(environment.expand_user("~/x") == "~/x");
}

TEST_CASE("another user's home comes from the password database, whatever HOME is") {
  CHECK(with_home("/elsewhere").expand_user("~root/x").ends_with("/x"));
  CHECK_FALSE(with_home("/elsewhere").expand_user("~root/x").starts_with("/elsewhere"));
}

TEST_CASE("an empty variable counts as set") {
  Environment environment;
  environment.variables["EMPTY"] = "";
  CHECK(environment.get("EMPTY") == "");
  CHECK(environment.get("UNSET") == std::nullopt);
}

TEST_CASE("Environment captures the variables of this process") {
  setenv("HUBCACHE_TEST_VARIABLE", "a=b", 1);
  setenv("HUBCACHE_TEST_EMPTY", "", 1);
  const Environment environment = Environment::capture();
  unsetenv("HUBCACHE_TEST_VARIABLE");
  CHECK(environment.get("HUBCACHE_TEST_VARIABLE") == "a=b");
  CHECK(environment.get("HUBCACHE_TEST_EMPTY") == "");
  CHECK(environment.working_folder == std::filesystem::current_path());
  CHECK_FALSE(environment.account_home.empty());
}

}  // namespace hubcache
