// Reading and editing `.msc`.
#include <algorithm>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "hubs/aistudio/target.h"
#include "hubs/msc/index.h"
#include "pickle/writer.h"

namespace hubcache::hub {
namespace {

using namespace std::string_literals;
using Shape = IndexRecord::Shape;
using Pair = std::pair<std::string, std::string>;
using Pairs = std::vector<Pair>;

View view_of(std::vector<IndexRecord> index) {
  View view;
  view.index = std::move(index);
  view.index_state = IndexState::good;
  view.sort_out_index();
  return view;
}

View view_of(const Pairs& pairs) {
  std::vector<IndexRecord> index;
  for (const auto& [path, revision] : pairs) index.push_back({path, revision});
  return view_of(std::move(index));
}

Pairs read_back(const std::string& bytes) {
  Pairs pairs;
  const auto records = msc::read_index(bytes).value();
  for (const IndexRecord& record : records) {
    REQUIRE(record.shape == Shape::plain);
    pairs.emplace_back(record.path, record.revision);
  }
  return pairs;
}

Pairs edited(const View& view, const std::vector<RecordEdit>& edits) {
  return read_back(aistudio().rules.index()->edited(view, {edits.size(), [&](std::size_t i) { return edits[i]; }}));
}

Pairs of_path(const Pairs& pairs, const std::string& path) {
  Pairs found;
  for (const Pair& pair : pairs) {
    if (pair.first == path) found.push_back(pair);
  }
  return found;
}

/// Asserts that hubcache's records come first, in order, and then those of the other records that may stay.
void check_edited(const Pairs& mine, const Pairs& present, const RecordEdit& edit) {
  RC_ASSERT(mine.size() >= edit.first.size());
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (i < edit.first.size()) {
      RC_ASSERT(mine[i].second == edit.first[i]);
      continue;
    }
    RC_ASSERT(edit.keep_others);
    RC_ASSERT(std::ranges::find(present, mine[i]) != present.end());
    RC_ASSERT(std::ranges::find(edit.remove, mine[i].second) == edit.remove.end());
  }
}

/// Parses a record in protocol 0, which is readable text.
Shape shape_of(const std::string& item) { return msc::read_index("(l" + item + "a.").value().front().shape; }

}  // namespace

TEST_CASE("records have the expected form") {
  CHECK(shape_of("(dVPath\nVa\nsVRevision\nVb\ns") == Shape::plain);
  CHECK(shape_of("(dVRevision\nVb\nsVPath\nVa\ns") == Shape::plain);
  CHECK(shape_of("(dVPath\nVa\nsVRevision\nVb\nsVSize\nI1\ns") == Shape::extra_key);
  CHECK(shape_of("(dVPath\nI1\nsVRevision\nVb\ns") == Shape::other_path);
  CHECK(shape_of("(dVPath\nVa\ns") == Shape::other_revision);
  CHECK(shape_of("(dVPath\nVa\nsVRevision\nNs") == Shape::other_revision);
  CHECK(shape_of("(dVRevision\nVb\ns") == Shape::no_path);
  CHECK(shape_of("(d") == Shape::no_path);
  CHECK(shape_of("(lVa\na") == Shape::no_path);
  CHECK(shape_of("N") == Shape::no_path);
}

TEST_CASE("an index that the SDK cannot iterate over, or only with an exception, is damaged") {
  for (const std::string& bytes :
       {""s, "garbage"s, "(dVPath\nVa\ns."s, "N."s, "I1\n."s, "(l"s, "\x80\x04]"s, "cos\nsystem\n(Vtrue\ntR."s}) {
    CHECK_FALSE(msc::read_index(bytes));
  }
  for (const std::string& bytes : {"(l."s, "(t."s, "(d."s}) CHECK(msc::read_index(bytes).value().empty());
  CHECK(msc::read_index("((dVPath\nVa\nsVRevision\nVb\nst.").value().size() == 1);
}

TEST_CASE("edits of one path") {
  struct Row {
    const char* what;
    std::vector<std::string> present;
    RecordEdit edit;
    std::vector<std::string> after;
  };
  const std::vector<Row> rows = {
      {"ours go first, in their order", {"x"}, {"f", {"", "1"}, true, {}}, {"", "1", "x"}},
      {"what is there already is not doubled", {"1", "", "x"}, {"f", {"", "1"}, true, {}}, {"", "1", "x"}},
      {"some go", {"N/A", "old", "x"}, {"f", {"1"}, true, {"N/A", "old"}}, {"1", "x"}},
      {"ours stay even where they are to go", {"1"}, {"f", {"1"}, true, {"1"}}, {"1"}},
      {"the others go", {"x", "y"}, {"f", {"1"}, false, {}}, {"1"}},
      {"all go", {"x", "y"}, {"f", {}, false, {}}, {}},
      {"none was there", {}, {"f", {"1"}, true, {"N/A"}}, {"1"}},
      {"nothing to do", {"x"}, {"f", {}, true, {}}, {"x"}},
      {"doubles of others become one", {"x", "x"}, {"f", {}, true, {}}, {"x"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Pairs present = {{"a", "a1"}}, after = {{"a", "a1"}, {"z", "z1"}};
    for (const std::string& revision : row.present) present.emplace_back("f", revision);
    present.emplace_back("z", "z1");
    for (const std::string& revision : row.after) after.emplace_back("f", revision);
    CHECK(edited(view_of(present), {row.edit}) == after);
  }
}

TEST_CASE("records for which the SDK raises an exception are not written again") {
  std::vector<IndexRecord> index = {{"a", "1"},
                                    {"a", "2", Shape::extra_key},
                                    {"", "", Shape::no_path},
                                    {"", "", Shape::other_path},
                                    {"b", "", Shape::other_revision},
                                    {"b", "3"}};
  CHECK(edited(view_of(index), {}) == Pairs{{"a", "1"}, {"a", "2"}, {"b", "3"}});
  CHECK(edited(view_of(index), {{"a", {""}, true, {}}, {"b", {""}, true, {}}}) ==
        Pairs{{"a", ""}, {"a", "1"}, {"a", "2"}, {"b", ""}, {"b", "3"}});
}

TEST_CASE("a damaged index counts as empty") {
  View view;
  view.index_state = IndexState::damaged;
  view.sort_out_index();
  CHECK(edited(view, {{"a", {"", "1"}, true, {}}}) == Pairs{{"a", ""}, {"a", "1"}});
}

TEST_CASE("edits keep other records in order, apply exactly to the edited paths, and change nothing when repeated") {
  const std::vector<std::string> paths = {"a", "b", "c/d", "模型"}, revisions = {"", "1", "2", "N/A", "3333"};
  const auto some_of = [](const std::vector<std::string>& all) {
    std::vector<std::string_view> some;
    for (const std::string& one : all) {
      if (*rc::gen::arbitrary<bool>()) some.push_back(one);
    }
    return some;
  };
  const auto pairs = rc::gen::container<Pairs>(rc::gen::pair(rc::gen::elementOf(paths), rc::gen::elementOf(revisions)));
  CHECK(rc::check([&] {
    const Pairs present = *pairs;
    const std::vector<std::string_view> touched = some_of(paths);
    std::vector<RecordEdit> edits;
    for (const std::string_view one : touched)
      edits.push_back({one, some_of(revisions), *rc::gen::arbitrary<bool>(), some_of(revisions)});
    const Pairs after = edited(view_of(present), edits);
    for (const std::string& one : paths) {
      const bool is_touched = std::ranges::find(touched, one) != touched.end();
      if (!is_touched) RC_ASSERT(of_path(after, one) == of_path(present, one));
    }
    for (const RecordEdit& edit : edits) check_edited(of_path(after, std::string(edit.path)), present, edit);
    RC_ASSERT(edited(view_of(after), edits) == after);
  }));
}

TEST_CASE("the edited index equals the pickle writer's output for the records") {
  CHECK(aistudio().rules.index()->edited(view_of(Pairs{{"a", "1"}}), {}) ==
        pickle::write_index(std::vector<pickle::Record>{{"a", "1"}}));
}

}  // namespace hubcache::hub
