// The kind of link for each file: by the request, the file systems and the existing links.
#include <doctest/doctest.h>

#include "adoption/index_edits.h"
#include "adoption/link_choice.h"
#include "adoption/plan.h"
#include "hubs/aistudio/target.h"
#include "hubs/aistudio/targets.h"
#include "hubs/huggingface/target.h"
#include "unit/table.h"

namespace hubcache::adoption::link_test {
namespace {

using enum LinkKind;

constexpr std::uint64_t here = 0, elsewhere = 1;  // devices

LocalFile file(const std::string& name, std::uint64_t device = here) {
  LocalFile file{*RelPath::parse(name), {}};
  file.device = device;
  return file;
}

struct Setting {
  const hub::Target& target = hub::aistudio();
  LinkFacts facts = {};
  LocalTree local = {{file("f")}, {}};
  bool in_place = false;
  AdoptRequest request = {};

  Result<LinkChoice> choice(std::optional<LinkKind> asked = std::nullopt) {
    request.repo_id = "me/model";
    request.folder = "/home/me/model";
    request.link = asked;
    const std::filesystem::path place = "/cache/place";
    return LinkChoice::make({target, request, place, facts, local, in_place});
  }
  LinkKind kind(std::size_t index = 0) { return choice().value().of(local.files[index]); }
};

LinkFacts facts(bool moves_by_rename, bool is_of_place, bool reflinks) {
  return {moves_by_rename, {{here, {is_of_place, reflinks}}}, {}};
}

/// Returns "" if the kind is allowed.
std::string refusal(LinkKind asked, const LinkFacts& facts) {
  Setting setting{.facts = facts};
  const auto choice = setting.choice(asked);
  if (choice) return choice->of(setting.local.files[0]) == asked ? "" : "another kind";
  CHECK(choice.error().code == ErrorCode::conflict);
  CHECK(choice.error().message.find(name_of(asked)) != std::string::npos);
  return choice.error().message;
}

/// Returns the kind of link in the hint's first command.
std::string hinted(Setting setting, LinkKind asked) {
  const auto choice = setting.choice(asked);
  if (choice) return "";
  const std::string& hint = choice.error().hint;
  CHECK(hint.starts_with("run hubcache adopt "));
  const auto begin = hint.find("--link ") + 7;
  return hint.substr(begin, hint.find_first_of(" ,", begin) - begin);
}

}  // namespace

TEST_CASE(
    "the default is a symlink if the client renames over it, else a kind that shares no content with the user's file") {
  for (const bool same : {false, true}) {
    for (const bool reflinks : {false, true}) {
      CHECK(Setting{.facts = facts(true, same, reflinks)}.kind() == symlink);
      CHECK(Setting{.facts = facts(false, same, reflinks)}.kind() == (reflinks ? reflink : copy));
    }
  }
}

TEST_CASE("each target has its order of link kinds") {
  const auto kind = [](const hub::Target& target, bool same, bool reflinks) {
    return Setting{.target = target, .facts = facts(true, same, reflinks)}.kind();
  };
  CHECK(kind(hub::huggingface(), true, true) == reflink);
  CHECK(kind(hub::huggingface(), false, true) == reflink);  // btrfs: two subvolumes
  CHECK(kind(hub::huggingface(), true, false) == hardlink);
  CHECK(kind(hub::huggingface(), false, false) == copy);
  CHECK(kind(hub::huggingface_dir(), true, true) == reflink);
  CHECK(kind(hub::huggingface_dir(), true, false) == copy);
  CHECK(kind(hub::aistudio_0_2(), true, true) == hardlink);
  CHECK(kind(hub::aistudio_0_2(), false, true) == reflink);
  CHECK(kind(hub::aistudio_0_2(), false, false) == copy);
  CHECK(kind(hub::paddlex(), false, false) == symlink);
}

TEST_CASE("each file's file system and owner decide its kind") {
  Setting setting{.target = hub::huggingface(),
                  .facts = {true, {{here, {true, false}}, {elsewhere, {false, false}}}, {"theirs"}},
                  .local = {{file("mine"), file("shard", elsewhere), file("theirs")}, {}}};
  CHECK(setting.kind(0) == hardlink);
  CHECK(setting.kind(1) == copy);
  CHECK(setting.kind(2) == copy);
  const LinkChoice choice = setting.choice().value();
  CHECK(choice.why_copied(setting.local.files[0]).empty());
  CHECK(choice.why_copied(setting.local.files[1]).find("file system") != std::string_view::npos);
  CHECK(choice.why_copied(setting.local.files[2]).find("another user") != std::string_view::npos);
  CHECK(setting.choice(copy).value().why_copied(setting.local.files[1]).empty());
}

TEST_CASE("a requested kind is refused if the client would write through it or it is impossible") {
  for (const bool moves : {false, true}) {
    for (const bool same : {false, true}) {
      for (const bool reflinks : {false, true}) {
        const LinkFacts known = facts(moves, same, reflinks);
        CHECK(refusal(symlink, known).empty() == moves);
        CHECK(refusal(hardlink, known).empty() == (moves && same));
        CHECK(refusal(reflink, known).empty() == reflinks);
        CHECK(refusal(copy, known).empty());
      }
    }
  }
}

TEST_CASE("a refusal names a kind that works for all files") {
  CHECK(hinted({.facts = facts(true, false, true)}, hardlink) == "symlink");
  CHECK(hinted({.facts = facts(false, true, true)}, symlink) == "reflink");
  CHECK(hinted({.facts = facts(false, true, false)}, symlink) == "copy");
  const auto& hf = hub::huggingface();
  CHECK(hinted({.target = hf, .facts = facts(true, true, false)}, symlink) == "hardlink");
  CHECK(hinted({.target = hf, .facts = facts(true, true, false)}, reflink) == "hardlink");
  CHECK(hinted({.target = hf, .facts = facts(true, false, false)}, hardlink) == "copy");
  const LinkFacts mixed{true, {{here, {true, false}}, {elsewhere, {false, false}}}, {}};
  CHECK(hinted({.target = hf, .facts = mixed, .local = {{file("a"), file("b", elsewhere)}, {}}}, hardlink) == "copy");
}

TEST_CASE("the hint's command has the options of the user's command") {
  AdoptRequest request;
  request.repo_id = "me/model";
  request.folder = "/home/me/my model";
  CHECK(adopt_command(hub::aistudio(), request, "/p", "copy") ==
        "hubcache adopt me/model '/home/me/my model' --link copy");
  request.type = RepoType::dataset;
  request.revision = "dev";
  request.exclude = {"*.bin"};
  request.offline = true;
  request.pin = false;
  CHECK(adopt_command(hub::huggingface_dir(), request, "/p", "reflink") ==
        "hubcache adopt hf:me/model '/home/me/my model' --link reflink --target hf-dir --place /p --repo-type dataset "
        "--revision dev --exclude '*.bin' --offline");
}

TEST_CASE("an adoption in place has no choice of link, and is refused if the client writes into the files") {
  for (const auto asked : {std::optional<LinkKind>(), std::optional(copy), std::optional(hardlink)}) {
    Setting safe{.facts = facts(true, false, false), .in_place = true};
    CHECK(safe.choice(asked).value().of(safe.local.files[0]) == LinkKind::in_place);
    Setting unsafe{.facts = facts(false, true, true), .in_place = true};
    CHECK(unsafe.choice(asked).error().code == ErrorCode::conflict);
  }
}

TEST_CASE("synthetic ids never change, because users' records have them") {
  const auto rows = test::read_table("adopt/synthetic_id.tsv");
  REQUIRE(rows.size() == 5);
  for (const auto& row : rows) {
    CAPTURE(row[2]);
    const ObjectId id = synthetic_id(*parse_repo_type(row[0]), *RepoId::parse(row[1]), *RelPath::parse(row[2]));
    CHECK(id.str() == row[3]);
  }
}

}  // namespace hubcache::adoption::link_test
