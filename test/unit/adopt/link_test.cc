// Which kind of link, and which none: every combination of what is asked for and of what the file systems can do.
#include <doctest/doctest.h>

#include "adopt/plan.h"
#include "target/aistudio.h"
#include "unit/table.h"

namespace hubcache::adoption {
namespace {

using enum LinkKind;

Result<LinkKind> chosen(std::optional<LinkKind> asked, target::LinkFacts facts, bool in_place = false) {
  AdoptRequest request;
  request.link = asked;
  return choose_link(target::aistudio(), request, facts, in_place);
}

/// "" for a kind that is given.
std::string refusal(LinkKind asked, target::LinkFacts facts) {
  const auto kind = chosen(asked, facts);
  if (kind) return *kind == asked ? "" : "another kind";
  CHECK(kind.error().code == ErrorCode::conflict);
  CHECK(kind.error().message.find(name_of(asked)) != std::string::npos);
  CHECK_FALSE(kind.error().hint.empty());
  return kind.error().message;
}

constexpr target::LinkFacts facts(bool moves_by_rename, bool same_file_system, bool reflinks) {
  return {moves_by_rename, same_file_system, reflinks};
}

}  // namespace

TEST_CASE("by itself: a symlink where the client renames over it, else what shares no name with the user's file") {
  for (const bool same : {false, true}) {
    for (const bool reflinks : {false, true}) {
      CHECK(chosen(std::nullopt, facts(true, same, reflinks)).value() == symlink);
      CHECK(chosen(std::nullopt, facts(false, same, reflinks)).value() == (reflinks ? reflink : copy));
    }
  }
}

TEST_CASE("asked for: never one that the client would write through, never one that cannot be made") {
  for (const bool moves : {false, true}) {
    for (const bool same : {false, true}) {
      for (const bool reflinks : {false, true}) {
        const target::LinkFacts here = facts(moves, same, reflinks);
        CHECK(refusal(symlink, here).empty() == moves);
        CHECK(refusal(hardlink, here).empty() == (moves && same));
        CHECK(refusal(reflink, here).empty() == reflinks);
        CHECK(refusal(copy, here).empty());
      }
    }
  }
}

TEST_CASE("in place there is nothing to choose, and nothing safe where the client writes into the file itself") {
  for (const auto asked : {std::optional<LinkKind>(), std::optional(copy), std::optional(hardlink)}) {
    CHECK(chosen(asked, facts(true, false, false), true).value() == in_place);
    CHECK(chosen(asked, facts(false, true, true), true).error().code == ErrorCode::conflict);
  }
}

TEST_CASE("synthetic ids are for ever: users' records hold them") {
  const auto rows = test::read_table("adopt/synthetic_id.tsv");
  REQUIRE(rows.size() == 5);
  for (const auto& row : rows) {
    CAPTURE(row[2]);
    const ObjectId id = synthetic_id(*parse_repo_type(row[0]), *RepoId::parse(row[1]), *RelPath::parse(row[2]));
    CHECK(id.str() == row[3]);
  }
}

}  // namespace hubcache::adoption
