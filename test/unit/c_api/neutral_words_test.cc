#include "c_api/neutral_words.h"

#include <doctest/doctest.h>

namespace hubcache::c_api {
namespace {

TEST_CASE("the names of arguments replace those of options") {
  CHECK(neutral("--match conflicts with --offline") == "match conflicts with offline");
  CHECK(neutral("for a dataset, add --repo-type dataset") == "for a dataset, add repo_type dataset");
  CHECK(neutral("not adopted (--offline)") == "not adopted (offline)");
}

TEST_CASE("commands, other options and other dashes stay") {
  for (const char* text :
       {"run hubcache refresh --offline", "--json lists all", "a -- b", "--", "--offlin", "--offline-x"})
    CHECK(neutral(text) == text);
  CHECK(neutral("add --trust-owner, or run hubcache adopt --offline") ==
        "add trust_owner, or run hubcache adopt --offline");
}

TEST_CASE("the error of the C interface has the words") {
  const Error error = neutral(Error{ErrorCode::usage, "invalid --link value: 'x'", "omit --place"});
  CHECK(error.message == "invalid link value: 'x'");
  CHECK(error.hint == "omit place");
}

}  // namespace
}  // namespace hubcache::c_api
