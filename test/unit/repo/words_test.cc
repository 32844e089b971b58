// The words for JSON and for users: each value has a different one.
#include <set>

#include <doctest/doctest.h>
#include <hubcache/link.h>
#include <hubcache/verdict.h>

namespace hubcache {
namespace {

/// Returns the words of the values 0, 1, 2 … while they have one; `count` words are required.
template <class Value>
void have_names_of_their_own(int count) {
  std::set<std::string_view> names;
  for (int i = 0; i < count; ++i) names.insert(name_of(static_cast<Value>(i)));
  CHECK(names.size() == static_cast<std::size_t>(count));
  CHECK_FALSE(names.contains(""));
  CHECK(name_of(static_cast<Value>(count)) == "");
}

}  // namespace

TEST_CASE("each value has a different word") {
  have_names_of_their_own<Question>(3);
  have_names_of_their_own<Action>(5);
  have_names_of_their_own<Reason>(25);
  have_names_of_their_own<LinkKind>(5);
}

TEST_CASE("each reason has a different sentence") {
  std::set<std::string_view> sentences;
  for (int i = 0; i < 25; ++i) sentences.insert(explain(static_cast<Reason>(i)));
  CHECK(sentences.size() == 25);
  CHECK_FALSE(sentences.contains(""));
}

TEST_CASE("the kinds of links that a user may request") {
  for (const LinkKind kind : {LinkKind::symlink, LinkKind::hardlink, LinkKind::reflink, LinkKind::copy}) {
    CHECK(parse_link_kind(name_of(kind)).value() == kind);
  }
  for (const char* bad : {"", "auto", "in place", "Symlink", "link"}) {
    CAPTURE(bad);
    CHECK(parse_link_kind(bad).error().code == ErrorCode::usage);
  }
}

}  // namespace hubcache
