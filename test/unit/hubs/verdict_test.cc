// A table of aistudio-sdk's behaviour; sdk_property_test.cc compares the same function with the SDK's own code.
#include <doctest/doctest.h>

#include "hubs/aistudio/target.h"

namespace hubcache::hub {
namespace {

using Shape = IndexRecord::Shape;
using Records = std::vector<IndexRecord>;

const std::string sha = "0123456789abcdef0123456789abcdef01234567";
const std::string other = "ffffffffffffffffffffffffffffffffffffffff";
const std::string path = "config.json";

struct Case {
  Records records;
  std::optional<PlacedFile> file = PlacedFile{path, fs::Kind::file, {1, 2, 3, 4}, 1, true, false};
  bool leftover = false, dead_lock = false, moves_by_rename = true, hash_validation = false;
  std::optional<std::string> last_commit = std::nullopt;
  std::string sha256 = "";
  std::uint64_t size = 19;
  IndexState state = IndexState::good;
};

Verdict ask(const Case& one, Question question) {
  View view;
  view.index = one.records;
  view.index_state = one.state;
  view.sort_out_index();
  if (one.file) view.files.push_back(*one.file);
  if (one.leftover) view.leftovers.push_back({path, 5});
  if (one.dead_lock) view.leftovers.push_back({path + ".lock", 0});
  view.moves_by_rename = one.moves_by_rename;
  const RelPath location = *RelPath::parse(path);
  FileFacts facts = facts_of(view, path, &location);
  facts.sha256 = one.sha256;
  ClientSettings settings;
  settings.hash_validation = one.hash_validation;
  const RemoteFile remote{*RelPath::parse(path), *ObjectId::parse(sha), one.size, {}, one.last_commit};
  return aistudio().rules.verdict(facts, one.state, remote, settings, question);
}

Verdict snapshot(const Case& one) { return ask(one, Question::snapshot); }
Verdict single(const Case& one) { return ask(one, Question::single_file); }
Verdict local(const Case& one) { return ask(one, Question::local_only); }

constexpr Verdict accepts(Reason reason) { return {Action::accepts, reason, false}; }
constexpr Verdict downloads(Reason reason, bool loses) { return {Action::downloads, reason, loses}; }
constexpr Verdict raises(Reason reason) { return {Action::raises, reason, false}; }
constexpr Verdict none = {Action::returns_none, Reason::no_exact_record, false};

PlacedFile symlink(bool exists) { return {path, fs::Kind::symlink, {1, 2, 3, 4}, 1, exists, false}; }
PlacedFile hard_link() { return {path, fs::Kind::file, {1, 2, 3, 4}, 2, true, false}; }

}  // namespace

TEST_CASE("accepted records, and the reason") {
  CHECK(snapshot({.records = {{path, sha}}}) == accepts(Reason::exact_record));
  CHECK(snapshot({.records = {{path, ""}}}) == accepts(Reason::pin));
  CHECK(snapshot({.records = {{path, sha.substr(0, 7)}}}) == accepts(Reason::prefix_record));
  CHECK(snapshot({.records = {{path, sha + "00"}}}) == accepts(Reason::prefix_record));
  CHECK(snapshot({.records = {{path, other}, {path, sha}}}) == accepts(Reason::exact_record));
  CHECK(snapshot({.records = {{path, ""}, {path, sha}}}) == accepts(Reason::pin));
  CHECK(snapshot({.records = {{path, sha, Shape::extra_key}}}) == accepts(Reason::exact_record));
}

TEST_CASE("a single file requires the exact record, which is its reason") {
  CHECK(single({.records = {{path, sha}}}) == accepts(Reason::exact_record));
  CHECK(single({.records = {{path, ""}, {path, sha}}}) == accepts(Reason::exact_record));
  CHECK(single({.records = {{path, ""}}}) == none);
  CHECK(single({.records = {{path, sha.substr(0, 7)}}}) == none);
  CHECK(single({.records = {{path, ""}, {path, other}}}) == none);
  CHECK(single({.records = {{path, sha, Shape::extra_key}}}) == none);
}

TEST_CASE("downloads, and the reason") {
  CHECK(snapshot({.records = {}}) == downloads(Reason::no_record, true));
  CHECK(snapshot({.records = {{"other.json", sha}}}) == downloads(Reason::no_record, true));
  CHECK(snapshot({.records = {{path, other}}}) == downloads(Reason::no_matching_record, true));
  CHECK(snapshot({.records = {{path, "N/A"}}}) == downloads(Reason::not_available_record, true));
  CHECK(snapshot({.records = {{path, "0123456789ABCDEF0123456789ABCDEF01234567"}}}) ==
        downloads(Reason::no_matching_record, true));
  CHECK(snapshot({.records = {{path, sha}}, .file = std::nullopt}) == downloads(Reason::file_missing, false));
  CHECK(snapshot({.records = {{path, sha}}, .file = symlink(false)}) == downloads(Reason::dangling_link, false));
  CHECK(snapshot({.records = {{path, sha}}, .last_commit = ""}) == downloads(Reason::no_last_commit, true));
}

TEST_CASE("files that a download loses") {
  const Records none_of_it, stale = {{path, other}};
  CHECK_FALSE(snapshot({.records = none_of_it, .file = std::nullopt}).loses_local);
  CHECK_FALSE(snapshot({.records = stale, .file = symlink(true)}).loses_local);
  CHECK_FALSE(snapshot({.records = stale, .file = hard_link()}).loses_local);
  // Across file systems, a move without a record writes through the link. With a record, put_file removes the link
  // first …
  CHECK(snapshot({.records = none_of_it, .file = symlink(true), .moves_by_rename = false}).loses_local);
  CHECK(snapshot({.records = none_of_it, .file = hard_link(), .moves_by_rename = false}).loses_local);
  CHECK_FALSE(snapshot({.records = stale, .file = symlink(true), .moves_by_rename = false}).loses_local);
  // … but not a broken symlink, through which it writes as well.
  CHECK(snapshot({.records = stale, .file = symlink(false), .moves_by_rename = false}).loses_local);
  // Behind a symlinked folder the file is another program's own, whatever its kind.
  CHECK(snapshot({.records = stale, .file = PlacedFile{path, fs::Kind::file, {}, 2, true, true}}).loses_local);
}

TEST_CASE("hash validation") {
  const std::string hash(64, 'a');
  CHECK(snapshot({.records = {{path, sha}}, .hash_validation = true, .last_commit = sha}) ==
        downloads(Reason::hash_validation, true));
  CHECK(snapshot({.records = {{path, ""}}, .hash_validation = true}) == downloads(Reason::hash_validation, true));
  CHECK(snapshot({.records = {{path, sha}}, .hash_validation = true, .last_commit = hash, .sha256 = hash}) ==
        accepts(Reason::exact_record));
  CHECK(snapshot({.records = {{path, sha}}, .hash_validation = true, .last_commit = hash, .sha256 = "b"}) ==
        downloads(Reason::hash_validation, true));
}

TEST_CASE("stuck downloads") {
  const Verdict stuck = {Action::stuck, Reason::leftover, false};
  const std::uint64_t large = (160ull << 20) + 1;
  CHECK(snapshot({.records = {}, .leftover = true}) == stuck);
  CHECK(single({.records = {}, .leftover = true}) == stuck);
  CHECK(snapshot({.records = {}, .leftover = true, .size = 0}).action == Action::downloads);
  CHECK(snapshot({.records = {}, .leftover = true, .size = large}).action == Action::downloads);
  CHECK(snapshot({.records = {{path, ""}}, .leftover = true}) == accepts(Reason::pin));
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{5}, large})
    CHECK(snapshot({.records = {}, .dead_lock = true, .size = size}) == stuck);
}

TEST_CASE("records of the wrong form raise an exception if the SDK reaches them") {
  const IndexRecord no_path{"", "", Shape::no_path}, other_path{"", "", Shape::other_path},
      other_revision{path, "", Shape::other_revision};
  CHECK(snapshot({.records = {no_path, {path, sha}}}) == raises(Reason::odd_record));
  CHECK(snapshot({.records = {{path, sha}, no_path}}) == accepts(Reason::exact_record));
  CHECK(snapshot({.records = {{path, other}, no_path}}) == raises(Reason::odd_record));
  CHECK(snapshot({.records = {{path, other}, no_path, {path, ""}}}) == raises(Reason::odd_record));
  CHECK(snapshot({.records = {other_path, {path, sha}}}) == accepts(Reason::exact_record));
  CHECK(snapshot({.records = {other_revision, {path, sha}}}) == raises(Reason::odd_record));
  CHECK(snapshot({.records = {{path, sha}, other_revision}}) == accepts(Reason::exact_record));
}

TEST_CASE("an unreadable index raises an exception for each question") {
  for (const IndexState state : {IndexState::damaged, IndexState::unreadable}) {
    const Case one{.records = {{path, sha}}, .state = state};
    for (const Question question : {Question::snapshot, Question::single_file, Question::local_only}) {
      CHECK(ask(one, question) == raises(Reason::damaged_index));
    }
  }
  CHECK(snapshot({.records = {}, .state = IndexState::missing}) == downloads(Reason::no_record, true));
}

TEST_CASE("local files only: any record is accepted") {
  CHECK(local({.records = {{path, "N/A"}}}) == accepts(Reason::any_record));
  CHECK(local({.records = {}}) == raises(Reason::no_record));
  CHECK(local({.records = {{path, sha}}, .file = std::nullopt}) == raises(Reason::file_missing));
  CHECK(local({.records = {{path, sha}}, .file = symlink(false)}) == raises(Reason::dangling_link));
}

}  // namespace hubcache::hub
