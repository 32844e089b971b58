#include "record/places.h"

#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "unit/temporary_folder.h"

namespace hubcache::record {
namespace {

Environment environment_of(std::map<std::string, std::string, std::less<>> variables) {
  Environment environment;
  environment.variables = std::move(variables);
  environment.working_folder = "/work/folder";
  environment.account_home = "/home/me";
  return environment;
}

KnownPlace place(const std::string& root) {
  return {"aistudio", RepoType::dataset, "a/b", root, root + "-tmp", root + "-record", false};
}

std::vector<std::string> roots(const Environment& environment) {
  std::vector<std::string> found;
  for (const KnownPlace& known : known_places(environment)) found.push_back(known.root.native());
  return found;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the state folder follows its variables") {
  CHECK(state_folder(environment_of({})) == "/home/me/.local/state/hubcache");
  CHECK(state_folder(environment_of({{"HOME", "/x"}})) == "/x/.local/state/hubcache");
  CHECK(state_folder(environment_of({{"XDG_STATE_HOME", "/xdg"}})) == "/xdg/hubcache");
  CHECK(state_folder(environment_of({{"XDG_STATE_HOME", ""}})) == "/home/me/.local/state/hubcache");
  CHECK(state_folder(environment_of({{"XDG_STATE_HOME", "relative"}})) ==
        "/home/me/.local/state/hubcache");  // by the XDG specification
  CHECK(state_folder(environment_of({{"HUBCACHE_STATE", "/state"}, {"XDG_STATE_HOME", "/xdg"}})) == "/state");
  CHECK(state_folder(environment_of({{"HUBCACHE_STATE", "state"}})) == "/work/folder/state");
  CHECK(state_folder(environment_of({{"HUBCACHE_STATE", ""}, {"XDG_STATE_HOME", "/xdg"}})) == "/xdg/hubcache");
}

TEST_CASE("a place is stored once, and can be removed") {
  const test::TemporaryFolder folder;
  const auto environment = environment_of({{"HUBCACHE_STATE", (folder / "state").native()}});
  CHECK(roots(environment).empty());
  for (const char* root : {"/z", "/a", "/模型", "/a"}) REQUIRE(remember(environment, place(root)));
  CHECK(roots(environment) == Names{"/a", "/z", "/模型"});
  const KnownPlace known = known_places(environment).front();
  CHECK(known.target == "aistudio");
  CHECK(known.type == RepoType::dataset);
  CHECK(known.repo_id == "a/b");
  CHECK(known.temporary == "/a-tmp");
  CHECK(known.record == "/a-record");
  CHECK_FALSE(known.has_index);
  REQUIRE(forget(environment, "/a"));
  REQUIRE(forget(environment, "/never-known"));
  CHECK(roots(environment) == Names{"/z", "/模型"});
}

TEST_CASE("torn, foreign and non-UTF-8 files are ignored") {
  const test::TemporaryFolder folder;
  const auto environment = environment_of({{"HUBCACHE_STATE", folder.path().native()}});
  REQUIRE(remember(environment, place("/a")));
  const auto places = folder / "places";
  for (const char* text : {"", "{", "[]", "null", "{}", R"({"schema":1,"target":1})",
                           R"({"schema":1,"target":"aistudio","type":"space","repo":"a/b","root":"/b","record":"/c"})",
                           R"({"schema":1,"target":"aistudio","type":"model","repo":7,"root":"/b","record":"/c"})"}) {
    test::write(places / ("x" + std::to_string(std::string_view(text).size()) + ".json"), text);
  }
  std::filesystem::create_directory(places / "folder");
  std::filesystem::create_symlink("loop", places / "loop");
  CHECK(roots(environment) == Names{"/a"});
  REQUIRE(remember(environment, place("/\xFF")));
  CHECK(roots(environment) == Names{"/a"});
}

TEST_CASE("a state folder that cannot be created is an Error") {
  const test::TemporaryFolder folder;
  test::write(folder / "file", "x");
  const auto environment = environment_of({{"HUBCACHE_STATE", (folder / "file").native()}});
  CHECK_FALSE(remember(environment, place("/a")));
  CHECK(known_places(environment).empty());
}

TEST_CASE("files that another user may have written are ignored") {
  const test::TemporaryFolder folder;
  const auto environment = environment_of({{"HUBCACHE_STATE", (folder / "state").native()}});
  const mode_t before = umask(0);
  REQUIRE(remember(environment, place("/a")));
  umask(before);
  REQUIRE(roots(environment) == Names{"/a"});  // hubcache's own, whatever the umask is
  const auto file = std::filesystem::directory_iterator(folder / "state/places")->path();
  chmod(file.c_str(), 0646);
  CHECK(roots(environment).empty());
  chmod(file.c_str(), 0644);
  if (geteuid() != 0) return;
  REQUIRE(chown(file.c_str(), 54321, 54321) == 0);
  CHECK(roots(environment).empty());
}

}  // namespace hubcache::record
