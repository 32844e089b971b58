// Plans for a target that stores files by their shas and not by their paths.
#include <algorithm>

#include <doctest/doctest.h>

#include "adoption/plan.h"
#include "hubs/aistudio/targets.h"

namespace hubcache::adoption::location_test {
namespace {

using record::Entry;
using record::Record;
using Names = std::vector<std::string>;

constexpr FileStamp source{10, 100, 1000, 1000}, placed{10, 100, 1000, 1000};

ObjectId sha(char digit) { return *ObjectId::parse(std::string(40, digit)); }
RelPath path(const std::string& name) { return *RelPath::parse(name); }
std::string blob(char digit) { return "blobs/" + std::string(40, digit); }

struct Setting {
  AdoptRequest request;
  std::string revision = "master";
  hub::View view;
  LocalTree local;
  bool in_place = false;
  std::optional<Record> previous;
  std::optional<RemoteTree> remote = RemoteTree{{}, "version", {}, false};

  Setting() {
    request.folder = "/home/me/model";
    view.index_state = hub::IndexState::none;
  }
  Setting& has(const std::string& name) {
    local.files.push_back({path(name), source});
    return *this;
  }
  Setting& hub_has(const std::string& name, char digit) {
    remote->files.push_back({path(name), sha(digit), 100, {}, {}});
    return *this;
  }
  /// Adds a file as an adoption of the revision with this number leaves it.
  Setting& adopted(const std::string& name, char digit, std::uint16_t number = 0) {
    if (!previous) previous.emplace();
    previous->folder = "/home/me/model";
    previous->revisions = {{"master", "old"}, {"v1", "old"}};
    previous->entries.push_back({.path = path(name),
                                 .link = LinkKind::hardlink,
                                 .source = source,
                                 .placed = placed,
                                 .exact = {{number, false, sha(digit)}},
                                 .elsewhere = path(blob(digit))});
    view.files.push_back({blob(digit), fs::Kind::file, placed, 2, true, false});
    view.root_exists = true;
    return *this;
  }
  Result<Plan> plan() {
    const RepoRef repo{RepoType::model, *RepoId::parse("a/b"), *Revision::parse(revision)};
    return make_plan({hub::aistudio_0_2(), request, repo, view, {}, {}, in_place, previous, "2026-01-02T03:04:05Z"},
                     local, remote ? &*remote : nullptr);
  }
};

/// Returns "path location" for each entry, after '-' if it is removed and '+' if it is placed.
Names told(const Plan& plan) {
  Names names;
  for (std::size_t i = 0; i < plan.next.entries.size(); ++i) {
    const Entry& entry = plan.next.entries[i];
    const bool comes = std::ranges::find(plan.to_place, i) != plan.to_place.end();
    names.push_back((entry.retiring ? "-" : comes ? "+" : "") + entry.path.str() + " " + entry.location().str());
  }
  return names;
}

}  // namespace

TEST_CASE("files are stored by their shas, in the order of the shas") {
  const Plan plan = Setting().has("a").has("b").hub_has("a", '2').hub_has("b", '1').plan().value();
  CHECK(told(plan) == Names{"+b " + blob('1'), "+a " + blob('2')});
  CHECK(plan.report.files == 2);
  CHECK(plan.index.empty());
  CHECK(plan.metadata.empty());
  CHECK_FALSE(plan.next.pin);
}

TEST_CASE("a second adoption moves nothing") {
  const Plan plan = Setting()
                        .adopted("b", '1')
                        .adopted("a", '2')
                        .has("a")
                        .has("b")
                        .hub_has("a", '2')
                        .hub_has("b", '1')
                        .plan()
                        .value();
  CHECK(told(plan) == Names{"b " + blob('1'), "a " + blob('2')});
  CHECK(plan.report.added + plan.report.changed + plan.report.removed + plan.report.renewed == 0);
}

TEST_CASE("after a push the old location is removed and the new one is placed") {
  const Plan plan = Setting().adopted("a", '2').has("a").hub_has("a", '3').plan().value();
  CHECK(told(plan) == Names{"-a " + blob('2'), "+a " + blob('3')});
  CHECK(plan.report.added == 1);
  CHECK(plan.report.removed == 1);
  CHECK(plan.report.files == 1);
}

TEST_CASE("if another path has the sha now, the location belongs to that path") {
  const Plan plan = Setting().adopted("a", '2').has("b").hub_has("b", '2').plan().value();
  CHECK(told(plan) == Names{"+b " + blob('2')});
  CHECK(plan.report.changed == 1);
}

TEST_CASE("the locations of another revision stay while the user has the file") {
  Setting setting;
  setting.adopted("a", '2', 1).has("a").hub_has("a", '3');
  const Plan both = setting.plan().value();
  CHECK(told(both) == Names{"a " + blob('2'), "+a " + blob('3')});
  CHECK(both.report.files == 1);
  CHECK(both.next.entries[0].exact.front().revision == 1);
  setting.local.files.clear();
  setting.has("b").hub_has("b", '4');
  CHECK(told(setting.plan().value()) == Names{"-a " + blob('2'), "+b " + blob('4')});
}

TEST_CASE("two revisions with the same sha share one location") {
  const Plan plan = Setting().adopted("a", '2', 1).has("a").hub_has("a", '2').plan().value();
  CHECK(told(plan) == Names{"a " + blob('2')});
  CHECK(plan.next.entries[0].exact.size() == 2);
}

TEST_CASE("a file that the hub lacks is left out with a warning; a folder without a file of the hub is refused") {
  const Plan plan = Setting().has("a").has("mine").hub_has("a", '2').plan().value();
  CHECK(told(plan) == Names{"+a " + blob('2')});
  REQUIRE(plan.report.warnings.size() == 1);
  CHECK(plan.report.warnings[0].find("'mine'") != std::string::npos);
  CHECK(Setting().has("mine").plan().error().code == ErrorCode::failed);
}

TEST_CASE("if two files are equal on the hub, one is placed and a warning names the other") {
  const Plan plan = Setting().has("a").has("b").hub_has("a", '2').hub_has("b", '2').plan().value();
  CHECK(told(plan) == Names{"+a " + blob('2')});
  REQUIRE(plan.report.warnings.size() == 1);
  CHECK(plan.report.warnings[0].find("'b'") != std::string::npos);
}

TEST_CASE("offline, adopted files keep their locations, and other files have none") {
  Setting setting;
  setting.adopted("a", '2').has("a").has("b");
  setting.remote.reset();
  setting.request.offline = true;
  CHECK(told(setting.plan().value()) == Names{"a " + blob('2')});
  Setting fresh;
  fresh.has("a");
  fresh.remote.reset();
  fresh.request.offline = true;
  const auto refused = fresh.plan();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().hint.find("--offline") != std::string::npos);
}

TEST_CASE("an adoption in place is refused for a target that stores files by their shas") {
  Setting setting;
  setting.in_place = true;
  CHECK(setting.has("a").hub_has("a", '2').plan().error().code == ErrorCode::usage);
}

TEST_CASE("a symlink is refused") {
  Setting setting;
  setting.request.link = LinkKind::symlink;
  const auto refused = setting.has("a").hub_has("a", '2').plan();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::conflict);
}

}  // namespace hubcache::adoption::location_test
