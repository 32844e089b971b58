// aistudio-sdk's places; test/e2e/test_environment.py compares them with the SDK itself.
#include <doctest/doctest.h>

#include "hubs/aistudio/target.h"
#include "hubs/registry.h"
#include "unit/hubs/environment_of.h"
#include "unit/temporary_folder.h"

namespace hubcache::hub {
namespace {

Place located(const Variables& variables, RepoType type, const char* id) {
  return aistudio().layout.locate(environment_of(variables), type, *RepoId::parse(id)).value();
}

constexpr const char* root_of_home = "/nowhere/me/.cache/aistudio/hub";

}  // namespace

TEST_CASE("the root of the cache follows the SDK's rules") {
  struct Row {
    Variables variables;
    std::string root;
  };
  const std::vector<Row> rows = {
      {{}, "/nowhere/account/.cache/aistudio/hub"},
      {{{"HOME", "/nowhere/me"}}, root_of_home},
      {{{"HOME", "/nowhere/me/"}}, root_of_home},
      {{{"HOME", ""}}, "/.cache/aistudio/hub"},
      {{{"HOME", "me"}}, "/nowhere/work/me/.cache/aistudio/hub"},
      {{{"HOME", "/nowhere/me"}, {"AISTUDIO_CACHE_HOME", "/nowhere/c"}}, "/nowhere/c"},
      {{{"HOME", "/nowhere/me"}, {"AISTUDIO_CACHE_HOME", "/nowhere/c/"}}, "/nowhere/c"},
      {{{"HOME", "/nowhere/me"}, {"AISTUDIO_CACHE_HOME", ""}}, "/nowhere/work"},
      {{{"HOME", "/nowhere/me"}, {"AISTUDIO_CACHE_HOME", "~/c"}}, "/nowhere/me/c"},
      {{{"HOME", "/nowhere/me"}, {"AISTUDIO_CACHE_HOME", "c"}}, "/nowhere/work/c"},
      {{{"HOME", "/nowhere/me"}, {"AISTUDIO_CACHE_HOME", "../c"}}, "/nowhere/c"},
      // behind a symlink, this may differ from /c
      {{{"HOME", "/nowhere/me"}, {"AISTUDIO_CACHE_HOME", "/a/../c"}}, "/a/../c"},
      {{{"HOME", "/nowhere/me"}, {"AISTUDIO_CACHE", "/nowhere/other"}}, root_of_home},
  };
  for (const Row& row : rows) {
    CAPTURE(row.root);
    CHECK(located(row.variables, RepoType::model, "a/b").root.native() == row.root + "/models/a/b");
    CHECK(located(row.variables, RepoType::dataset, "a/b").root.native() == row.root + "/datasets/a/b");
  }
}

TEST_CASE("the repo's name is masked in the place; the owner's name and the download folder are not") {
  struct Row {
    const char* id;
    const char* masked;
    const char* model_id;
    const char* link_target;  // "": no link
  };
  static constexpr Row rows[] = {
      {"a/b", "a/b", "a/b", ""},
      {"a/b.c", "a/b___c", "a/b___c", "a/b___c"},
      {"a/.b..c", "a/___b______c", "a/___b______c", "a/___b______c"},
      {"a.b/c", "a.b/c", "a.b/c", "a___b/c"},
      {"a.b/c.d", "a.b/c___d", "a.b/c___d", "a___b/c___d"},
      {"a/b___c", "a/b___c", "a/b___c", ""},
      {"团队/模型-1.5", "团队/模型-1___5", "团队/模型-1___5", "团队/模型-1___5"},
  };
  const std::string models = std::string(root_of_home) + "/models/";
  for (const Row& row : rows) {
    CAPTURE(row.id);
    const Place place = located({{"HOME", "/nowhere/me"}}, RepoType::model, row.id);
    CHECK(place.root.native() == models + row.masked);
    CHECK(place.temporary.native() == models + "._tmp/" + row.id);
    CHECK(place.record.native() == models + "._hubcache/" + row.masked);
    CHECK(place.model_id == row.model_id);
    REQUIRE(place.name_link.has_value() == (*row.link_target != '\0'));
    if (!place.name_link) continue;
    CHECK(place.name_link->name.native() == models + row.id);
    CHECK(place.name_link->target.native() == models + row.link_target);
  }
}

TEST_CASE("the link of a dotted name follows AISTUDIO_CACHE; a data set's goes to a folder without s") {
  const Variables variables = {
      {"HOME", "/nowhere/me"}, {"AISTUDIO_CACHE_HOME", "/nowhere/c"}, {"AISTUDIO_CACHE", "/x/../other"}};
  const Place model = located(variables, RepoType::model, "a/b.c"),
              dataset = located(variables, RepoType::dataset, "a/b.c");
  CHECK(model.root == "/nowhere/c/models/a/b___c");
  CHECK(model.name_link->name.native() == "/x/../other/models/a/b.c");
  CHECK(model.name_link->target.native() == "/other/models/a/b___c");  // os.path.abspath
  CHECK(dataset.name_link->name.native() == "/x/../other/dataset/a/b.c");
  CHECK(dataset.root == "/nowhere/c/datasets/a/b___c");
}

TEST_CASE("places are found on the disk") {
  const test::TemporaryFolder folder;
  const auto models = folder / "models";
  for (const char* name : {"a/plain", "a/b___c", "a/unmasked.name", "a/both.names", "a/both___names", "a/odd name",
                           "._tmp/a/x", "zoo/data", "._hubcache/a/plain", "._hubcache/a/released"}) {
    std::filesystem::create_directories(models / name);
  }
  test::write(models / "a/file", "x");
  test::write(models / "file", "x");
  std::filesystem::create_directory_symlink("b___c", models / "a/b.c");  // the SDK's own link
  std::filesystem::create_directory_symlink("/nowhere", models / "a/linked");
  std::filesystem::create_directory_symlink("zoo", models / "linked-owner");
  std::filesystem::create_symlink("loop", models / "loop");
  std::vector<std::string> ids;
  const auto environment = environment_of({{"AISTUDIO_CACHE_HOME", folder.path().native()}});
  const auto found = aistudio().layout.places(environment, RepoType::model).found;
  for (const auto& [id, place] : found) {
    ids.push_back(id.str());
    CHECK(place.root.native().find('.', models.native().size()) == std::string::npos);
  }
  CHECK(ids == std::vector<std::string>{"a/b.c", "a/both.names", "a/linked", "a/plain", "a/released", "a/unmasked.name",
                                        "linked-owner/data", "zoo/data"});
  CHECK(aistudio().layout.places(environment, RepoType::dataset).found.empty());
}

TEST_CASE("local_dir: the cache is the folder itself, and no name is masked") {
  const Place place = aistudio_dir().layout.place_in("/nowhere/my.model").value();
  CHECK(place.root == "/nowhere/my.model");
  CHECK(place.temporary == "/nowhere/my.model/._tmp");
  CHECK_FALSE(place.name_link);
  CHECK(aistudio_dir().layout.locate(environment_of({}), RepoType::model, *RepoId::parse("a/b")).error().code ==
        ErrorCode::usage);
  const Revision master = *Revision::parse("master");
  for (const auto& file : aistudio_dir().rules.other_metadata(place, {master, "1234"}, {})) CHECK(file.name == ".mv");
}

TEST_CASE("settings of the client's process are read from the environment") {
  const auto validates = [](const char* value) {
    return aistudio()
        .rules.settings(environment_of({{"AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION", value}}))
        .hash_validation;
  };
  for (const char* on : {"true", "TRUE", " True\n", "\ttrue\v"}) CHECK(validates(on));
  for (const char* off : {"", "1", "yes", "on", "truee", "t rue", "false"}) CHECK_FALSE(validates(off));
  CHECK_FALSE(aistudio().rules.settings(environment_of({})).hash_validation);
  const auto threshold = [](const char* value) {
    return aistudio()
               .rules.settings(environment_of({{"AISTUDIO_PARALLEL_DOWNLOAD_THRESHOLD_MB", value}}))
               .parallel_threshold >>
           20;
  };
  CHECK(aistudio().rules.settings(environment_of({})).parallel_threshold == 160u << 20);
  CHECK(threshold("1") == 1);
  CHECK(threshold("0") == 0);
  CHECK(threshold("nonsense") == 160);  // the SDK does not start
}

TEST_CASE("targets are found by their names") {
  CHECK(hubs::find_target("aistudio").value() == &aistudio());
  CHECK(hubs::find_target("aistudio-dir").value() == &aistudio_dir());
  for (const char* bad : {"", "AISTUDIO", "huggingfish"})
    CHECK(hubs::find_target(bad).error().code == ErrorCode::usage);
}

}  // namespace hubcache::hub
