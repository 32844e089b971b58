// Plans of an adoption, computed from values alone.
#include <algorithm>

#include <doctest/doctest.h>

#include "adoption/index_edits.h"
#include "adoption/plan.h"
#include "hubs/aistudio/target.h"
#include "hubs/msc/index.h"

namespace hubcache::adoption::plan_test {
namespace {

using namespace std::string_literals;
using hub::IndexRecord;
using record::Entry;
using record::Record;
using Pairs = std::vector<std::pair<std::string, std::string>>;
using Names = std::vector<std::string>;

constexpr FileStamp source{10, 100, 1000, 1000}, edited_source{10, 101, 2000, 2000}, new_source{11, 100, 1000, 3000};
constexpr FileStamp placed{20, 14, 5000, 5000}, strangers{30, 200, 6000, 6000};

ObjectId sha(char digit) { return *ObjectId::parse(std::string(40, digit)); }
std::string text(char digit) { return std::string(40, digit); }
RelPath path(const std::string& name) { return *RelPath::parse(name); }

/// The input of a plan, for a repo that is adopted for the first time from /home/me/model.
struct Setting {
  AdoptRequest request;
  std::string revision = "master";
  hub::View view;
  hub::ClientSettings settings;
  LinkFacts links;
  bool in_place = false;
  std::optional<Record> previous;
  LocalTree local;
  std::optional<RemoteTree> remote = RemoteTree{{}, "version-1", {}, false};

  Setting() {
    request.folder = "/home/me/model";
    view.place.index = hub::aistudio().rules.index();
  }
  Setting& has(const std::string& name, FileStamp stamp = source) {
    local.files.push_back({path(name), stamp});
    return *this;
  }
  Setting& hub_has(const std::string& name, char digit, std::uint64_t size = 100) {
    remote->files.push_back({path(name), sha(digit), size, {}, {}});
    return *this;
  }
  Setting& place_has(const std::string& name, FileStamp stamp, fs::Kind kind = fs::Kind::file,
                     std::uint32_t names = 1) {
    view.root_exists = true;
    view.files.push_back({name, kind, stamp, names, true, false});
    return *this;
  }
  Setting& index_has(const Pairs& pairs) {
    for (const auto& [name, revision_text] : pairs) view.index.push_back({name, revision_text});
    view.index_state = hub::IndexState::good;
    return *this;
  }
  Setting& adopted(const std::string& name, LinkKind link, char digit = '1', FileStamp from = source,
                   FileStamp stamp = placed) {
    if (!previous) {
      previous.emplace();
      previous->folder = "/home/me/model";
      previous->in_place = in_place;
      previous->adopted_at = "2025-01-01T00:00:00Z";
      previous->revisions = {{"master", "version-0"}};
    }
    previous->entries.push_back(
        {.path = path(name), .link = link, .source = from, .placed = stamp, .exact = {{0, false, sha(digit)}}});
    return *this;
  }

  Result<Plan> plan() {
    view.place.root = "/cache/models/a/b";
    view.place.model_id = "a/b";
    view.sort_out_index();
    const RepoRef repo{RepoType::model, *RepoId::parse("a/b"), *Revision::parse(revision)};
    return make_plan(
        {hub::aistudio(), request, repo, view, settings, links, in_place, previous, "2026-01-02T03:04:05Z"}, local,
        remote ? &*remote : nullptr);
  }
};

Pairs index_of(const Plan& plan) {
  const auto records = hub::msc::read_index(plan.index).value();
  Pairs pairs;
  for (const IndexRecord& record : records) pairs.emplace_back(record.path, record.revision);
  return pairs;
}

Names revisions_of(const Plan& plan, const std::string& name) {
  Names revisions;
  for (const auto& [path_text, revision] : index_of(plan)) {
    if (path_text == name) revisions.push_back(revision);
  }
  return revisions;
}

Names names_of(const Plan& plan, const std::vector<std::size_t>& indexes) {
  Names names;
  for (const auto index : indexes) names.push_back(plan.next.entries[index].path.str());
  return names;
}

enum class Fate { keep, place };

}  // namespace

TEST_CASE("which adopted files are placed again") {
  struct Row {
    const char* what;
    Fate fate;
    LinkKind link;
    FileStamp now;                                 ///< the stamp of the user's file
    std::optional<hub::PlacedFile> stands;         ///< the file in the place
    FileStamp placed = plan_test::placed;          ///< the recorded stamp
    std::optional<LinkKind> asked = std::nullopt;  ///< the requested kind; nullopt: `link`
    const char* folder = "/home/me/model";
  };
  using enum LinkKind;
  using enum Fate;
  const auto file = [](FileStamp stamp, std::uint32_t names = 1) {
    return hub::PlacedFile{"f", fs::Kind::file, stamp, names, true, false};
  };
  const auto link = [](FileStamp stamp) { return hub::PlacedFile{"f", fs::Kind::symlink, stamp, 1, true, false}; };
  const auto behind = hub::PlacedFile{"f", fs::Kind::symlink, placed, 1, true, true};
  const std::vector<Row> rows = {
      {"a symlink that stands", keep, symlink, source, link(placed)},
      {"a symlink whose file was edited", keep, symlink, edited_source, link(placed)},
      {"a symlink whose file is another one now", keep, symlink, new_source, link(placed)},
      {"a symlink that the client has replaced", place, symlink, source, file(strangers)},
      {"a symlink that is gone", place, symlink, source, std::nullopt},
      {"a symlink that somebody made anew", place, symlink, source, link(strangers)},
      {"a symlink to another folder", place, symlink, source, link(placed), placed, symlink, "/home/me/other"},
      {"a symlink in a folder that became a link", place, symlink, source, behind},
      {"a hard link that stands", keep, hardlink, source, file(source, 2), source},
      {"a hard link whose file was edited", keep, hardlink, edited_source, file(edited_source, 2), source},
      {"a hard link whose file was replaced by an editor", place, hardlink, new_source, file(source, 2), source},
      {"a hard link that the client has replaced", place, hardlink, source, file(strangers), source},
      {"a hard link from another folder to the same file", keep, hardlink, source, file(source, 2), source, hardlink,
       "/home/me/other"},
      {"a copy that stands", keep, copy, source, file(placed)},
      {"a copy of a file that was edited", place, copy, edited_source, file(placed)},
      {"a copy that was edited in the place", place, copy, source, file({20, 15, 7000, 7000})},
      {"a copy that was touched in the place", place, copy, source, file({20, 14, 5000, 7000})},
      {"a copy from another folder", place, copy, source, file(placed), placed, copy, "/home/me/other"},
      {"a reflink that stands", keep, reflink, source, file(placed)},
      {"a symlink, and a copy is asked for", place, symlink, source, link(placed), placed, copy},
      {"a copy, and a symlink is asked for", place, copy, source, file(placed), placed, symlink},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    Setting setting;
    setting.adopted("f", row.link, '1', source, row.placed).has("f", row.now).hub_has("f", '1');
    setting.request.link = row.asked.value_or(row.link);
    setting.request.folder = row.folder;
    setting.links.volumes[0].reflinks = true;
    if (row.stands) setting.view.files.push_back(*row.stands);
    const Plan plan = setting.plan().value();
    CHECK((plan.to_place.size() == 1) == (row.fate == place));
    CHECK(plan.report.changed == (row.fate == place));
    CHECK(plan.report.added == 0);
    REQUIRE(plan.next.entries.size() == 1);
    const Entry& entry = plan.next.entries.front();
    CHECK(entry.staged.has_value() == (row.fate == place));
    CHECK(entry.placed == row.placed);  // until the file is placed, the recorded stamp stays
    if (entry.staged) CHECK(entry.staged->link == *setting.request.link);
    if (entry.staged) CHECK(entry.staged->source == row.now);
  }
}

TEST_CASE("new, known and removed files in one run, in order") {
  Setting setting;
  for (const char* name : {"a", "b/c", "d", "z"})
    setting.adopted(name, LinkKind::symlink).place_has(name, placed, fs::Kind::symlink);
  for (const char* name : {"0", "a", "b/c", "b/d", "z"}) setting.has(name);
  for (const char* name : {"0", "a", "b/c", "b/d", "d", "z"}) setting.hub_has(name, '1');
  const Plan plan = setting.plan().value();
  CHECK(names_of(plan, plan.to_place) == Names{"0", "b/d"});
  Names all, retiring;
  for (const Entry& entry : plan.next.entries) {
    all.push_back(entry.path.str());
    if (entry.retiring) retiring.push_back(entry.path.str());
  }
  CHECK(all == Names{"0", "a", "b/c", "b/d", "d", "z"});
  CHECK(retiring == Names{"d"});
  CHECK(plan.report.files == 5);
  CHECK(plan.report.added == 2);
  CHECK(plan.report.removed == 1);
  CHECK(plan.report.changed == 0);
  CHECK(plan.report.missing.size() == 1);  // d: removed from the place, and on the hub
  CHECK(plan.next.adopted_at == "2025-01-01T00:00:00Z");
}

TEST_CASE("a first adoption records the state of the place") {
  Setting setting;
  setting.has("a")
      .has("new")
      .hub_has("a", '1')
      .place_has("a", strangers)
      .place_has("folder", {}, fs::Kind::folder)
      .place_has("kept", strangers);
  setting.index_has({{"a", text('9')}, {"a", "N/A"}, {"kept", text('8')}});
  const Plan plan = setting.plan().value();
  CHECK(plan.next.place_existed);
  CHECK(plan.next.stayed == Names{"a", "kept"});
  CHECK(plan.next.adopted_at == "2026-01-02T03:04:05Z");
  CHECK(plan.next.find("a")->had == Names{text('9'), "N/A"});
  CHECK(plan.next.find("new")->had.empty());
  CHECK(plan.next.revisions.front().version == "version-1");
  CHECK(names_of(plan, plan.to_place) == Names{"a", "new"});
  CHECK_FALSE(Setting().has("a").plan()->next.place_existed);
}

TEST_CASE("the records of a file are the pin, hubcache's own and then others, without N/A") {
  Setting setting;
  setting.has("a").hub_has("a", '1').index_has({{"z", text('7')}, {"a", "N/A"}, {"a", text('9')}, {"a", text('1')}});
  CHECK(index_of(setting.plan().value()) == Pairs{{"z", text('7')}, {"a", ""}, {"a", text('1')}, {"a", text('9')}});
  setting.request.pin = false;
  CHECK(revisions_of(setting.plan().value(), "a") == Names{text('1'), text('9')});
  setting.index_has({{"a", ""}});
  CHECK(revisions_of(setting.plan().value(), "a") == Names{text('1'), text('9')});
}

TEST_CASE("a file that the hub lacks is always pinned, with a synthetic id") {
  const std::string id(synthetic_id(RepoType::model, *RepoId::parse("a/b"), path("mine")).str());
  for (const bool pin : {true, false}) {
    Setting setting;
    setting.has("mine").request.pin = pin;
    const Plan plan = setting.plan().value();
    CHECK(revisions_of(plan, "mine") == Names{"", id});
    CHECK(plan.report.synthetic == 1);
  }
}

TEST_CASE("the id that a file gets") {
  const std::string made(synthetic_id(RepoType::model, *RepoId::parse("a/b"), path("f")).str());
  const auto ids = [](Setting& setting) { return revisions_of(setting.plan().value(), "f"); };
  Setting first;
  first.has("f").hub_has("f", '1');
  CHECK(ids(first) == Names{"", text('1')});
  first.request.offline = true;
  first.remote.reset();
  CHECK(ids(first) == Names{"", made});

  const auto again = [] {
    Setting setting;
    setting.adopted("f", LinkKind::symlink)
        .has("f")
        .place_has("f", placed, fs::Kind::symlink)
        .index_has({{"f", ""}, {"f", text('1')}});
    return setting;
  };
  Setting pushed = again();
  pushed.hub_has("f", '2');
  CHECK(ids(pushed) == Names{"", text('2')});  // hubcache's old id is removed
  Setting offline = again();
  offline.request.offline = true;
  offline.remote.reset();
  CHECK(ids(offline) == Names{"", text('1')});  // a known id stays known
  Setting gone = again();
  CHECK(ids(gone) == Names{"", made});
  Setting made_before = again();
  made_before.previous->entries[0].exact = {{0, true, *ObjectId::parse(made)}};
  made_before.view.index.back().revision = made;
  made_before.hub_has("f", '3');
  CHECK(ids(made_before) == Names{"", text('3')});
  Setting was_there = again();
  was_there.previous->entries[0].had = {text('1')};
  was_there.hub_has("f", '2');
  CHECK(ids(was_there) == Names{"", text('2'), text('1')});  // the user's own record from before
}

TEST_CASE("several revisions share a place") {
  Setting setting;
  setting.adopted("f", LinkKind::symlink).has("f").hub_has("f", '2').place_has("f", placed, fs::Kind::symlink);
  setting.index_has({{"f", ""}, {"f", text('1')}}).revision = "v1.0";
  const Plan plan = setting.plan().value();
  CHECK(revisions_of(plan, "f") == Names{"", text('2'), text('1')});
  REQUIRE(plan.next.revisions.size() == 2);
  CHECK(plan.next.revisions[1].name == "v1.0");
  CHECK(plan.next.revisions[1].version == "version-1");
  CHECK(plan.next.revisions[0].version == "version-0");
  CHECK(plan.to_place.empty());
}

TEST_CASE("a removed file gets back the records that it had before") {
  Setting setting;
  setting.adopted("f", LinkKind::symlink).adopted("g", LinkKind::symlink).has("g").hub_has("g", '1');
  setting.index_has({{"f", ""}, {"f", text('1')}, {"g", ""}, {"g", text('1')}});
  CHECK(revisions_of(setting.plan().value(), "f").empty());
  setting.previous->entries[0].had = {text('9'), "N/A"};
  CHECK(revisions_of(setting.plan().value(), "f") == Names{text('9'), "N/A"});
}

TEST_CASE("files that the client will still download") {
  Setting setting;
  setting.has("have")
      .hub_has("have", '1')
      .hub_has("lack", '2', 17)
      .hub_has("genuine", '3')
      .hub_has("pointer", '4', 130);
  setting.place_has("genuine", strangers).index_has({{"genuine", text('3')}});
  const Plan plan = setting.plan().value();
  REQUIRE(plan.report.missing.size() == 2);
  CHECK(plan.report.missing[0].path == "lack");
  CHECK(plan.report.missing[0].size == 17);
  CHECK(plan.report.missing[0].size_known);
  CHECK_FALSE(plan.report.missing[1].size_known);
  setting.request.require_complete = true;
  const auto refused = setting.plan();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::difference);
  CHECK(refused.error().message.find("'lack' (17 B)") != std::string::npos);
  setting.has("lack").has("pointer");
  std::ranges::sort(setting.local.files, {}, &LocalFile::path);
  CHECK(setting.plan());
}

TEST_CASE("in place: which version wins") {
  const auto replaced = [](const Pairs& index) {
    Setting setting;
    setting.in_place = true;
    setting.adopted("f", LinkKind::in_place, '1', source, source)
        .has("f", strangers)
        .hub_has("f", '2')
        .place_has("f", strangers);
    setting.index_has(index);
    return setting;
  };
  // An editor writes a new inode and does not change the index.
  Setting by_editor = replaced({{"f", ""}, {"f", text('1')}});
  CHECK(names_of(*by_editor.plan(), by_editor.plan()->to_place) == Names{"f"});
  // The client removes the first record, and writes its own.
  for (const Pairs& index : {Pairs{{"f", text('1')}, {"f", text('2')}}, Pairs{{"f", text('2')}}, Pairs{}}) {
    Setting setting = replaced(index);
    const auto asked = setting.plan();
    REQUIRE_FALSE(asked);
    CHECK(asked.error().code == ErrorCode::conflict);
    CHECK(asked.error().hint.find("--take hub") != std::string::npos);
    setting.request.take = Winner::mine;
    const Plan mine = setting.plan().value();
    CHECK(names_of(mine, mine.to_restore) == Names{"f"});
    CHECK(mine.to_place.empty());
    setting.request.take = Winner::hub;
    const Plan hubs = setting.plan().value();
    CHECK(names_of(hubs, hubs.to_place) == Names{"f"});
    CHECK(hubs.to_restore.empty());
  }
}

TEST_CASE("in place, nothing is staged and existing files stay") {
  Setting setting;
  setting.in_place = true;
  setting.adopted("f", LinkKind::in_place, '1', source, source)
      .has("f", edited_source)
      .has("new")
      .hub_has("f", '1')
      .place_has("f", edited_source, fs::Kind::file, 2);
  const Plan plan = setting.plan().value();
  CHECK(names_of(plan, plan.to_place) == Names{"new"});
  for (const Entry& entry : plan.next.entries) CHECK_FALSE(entry.staged);
  CHECK(plan.report.link == LinkKind::in_place);
}

TEST_CASE("a release in place removes only hubcache's records; a release from a folder restores the earlier records") {
  Record record;
  Entry entry{
      .path = path("f"), .source = {}, .exact = {{0, false, sha('1')}, {1, false, sha('2')}}, .had = {text('2'), "x"}};
  record.in_place = true;
  const auto in_place = released_records(*hub::aistudio().rules.index(), record, entry);
  CHECK(in_place.first.empty());
  CHECK(in_place.keep_others);
  CHECK(std::ranges::equal(in_place.remove, Names{"", text('1')}));
  record.in_place = false;
  const auto from_folder = released_records(*hub::aistudio().rules.index(), record, entry);
  CHECK(std::ranges::equal(from_folder.first, Names{text('2'), "x"}));
  CHECK_FALSE(from_folder.keep_others);
}

TEST_CASE("a plan is pure: the same input gives the same plan") {
  Setting setting;
  setting.has("a").has("b").hub_has("a", '1').place_has("a", strangers).index_has({{"a", text('9')}});
  const Plan one = setting.plan().value(), other = setting.plan().value();
  CHECK(one.index == other.index);
  CHECK(one.to_place == other.to_place);
  CHECK(one.next.adopted_at == other.next.adopted_at);
  CHECK(one.metadata.size() == other.metadata.size());
}

TEST_CASE("the metadata equals the SDK's; without the hub there is no version file") {
  Setting setting;
  setting.has("a");
  const Plan online = setting.plan().value();
  REQUIRE(online.metadata.size() == 2);
  CHECK(online.metadata[0].name == ".mdl");
  CHECK(online.metadata[1].bytes == "Revision:version-1,CreatedAt:unknown");
  setting.remote.reset();
  setting.request.offline = true;
  CHECK(setting.plan()->metadata.size() == 1);
}

}  // namespace hubcache::adoption::plan_test
