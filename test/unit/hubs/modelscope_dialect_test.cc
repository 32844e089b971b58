// The answers of the local hub to ModelScope's clients have the keys of the samples in test/data/modelscope. For the
// real clients' behaviour see test/e2e/test_run_modelscope.py.
#include "hubs/modelscope/dialect_answers.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "hubs/modelscope/dialect_request.h"
#include "hubs/modelscope/hub.h"
#include "unit/hubs/environment_of.h"
#include "unit/temporary_folder.h"

namespace hubcache::hub::modelscope_api {
namespace {

using nlohmann::ordered_json;

const std::string commit(40, 'c'), digest(64, 'd');

ordered_json sample(const std::string& name) {
  return ordered_json::parse(test::read(HUBCACHE_TEST_DATA "/modelscope/" + name + ".json"));
}

std::vector<std::string> keys(const ordered_json& value) {
  std::vector<std::string> names;
  for (const auto& [name, ignored] : value.items()) names.push_back(name);
  return names;
}

ObjectId id(const std::string& digits) { return ObjectId::parse(digits).value(); }

/// A repo with the files `config.json` (10 bytes) and `sub/w.bin` (20 bytes) on this machine.
struct Scene {
  explicit Scene(RepoType type = RepoType::model)
      : repo{.hub = &modelscope_hub,
             .type = type,
             .id = RepoId::parse("me/tuned").value(),
             .revisions = {{"master", commit, true}, {"v1", commit}},
             .sources = {{folder / "place", folder / "user"}}} {
    for (const auto& [path, size] : {std::pair{"config.json", 10}, std::pair{"sub/w.bin", 20}}) {
      test::write(folder / "user" / path, std::string(static_cast<std::size_t>(size), 'x'));
      const RelPath name = RelPath::parse(path).value();
      repo.files.push_back({name, name, 1, {2, id(commit)}});
    }
  }

  ordered_json files(const Part& part, const RemoteTree* remote = nullptr) {
    const server::Answer answer = listing(repo, digests, make_listing(repo, 0, remote), part, without_digest);
    REQUIRE(answer.status == 200);
    const auto body = ordered_json::parse(answer.body);
    CHECK(keys(body) == keys(sample("models-repo-files")));
    CHECK(keys(body["Data"]) == std::vector<std::string>{"Files"});
    return body["Data"]["Files"];
  }

  std::vector<std::string> paths(const Part& part) {
    std::vector<std::string> names;
    for (const auto& file : files(part)) names.push_back(file["Path"]);
    return names;
  }

  test::TemporaryFolder folder;
  CatalogRepo repo;
  WithoutDigest without_digest;
  ServedDigests digests{environment_of({{"HUBCACHE_CACHE", (folder / "cache").native()}})};
};

std::optional<RepoPath> path_of(std::string_view target) { return repo_path(server::split_target(target)); }

Part part(std::string_view query, bool has_pages = true) { return part_of(server::split_target(query), has_pages); }

server::Request with(std::string_view name, std::string_view value) {
  server::Request request;
  request.headers = {{name, value}};
  return request;
}

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("refusals and the answer about acceleration are the samples") {
  auto refusal = ordered_json::parse(not_found().body);
  refusal["RequestId"] = "r";
  CHECK(refusal == sample("error-404"));
  CHECK(not_found().status == 404);
  CHECK(keys(ordered_json::parse(error(502, "x").body)) == keys(sample("error-404")));
  CHECK(ordered_json::parse(acceleration().body) == sample("accel"));
}

TEST_CASE("the information has the sample's keys, and a number of its own for each repo") {
  const Scene model, data(RepoType::dataset);
  const auto body = ordered_json::parse(info(data.repo).body), expected = sample("datasets-info");
  CHECK(keys(body) == keys(expected));
  CHECK(keys(body["Data"]) == keys(expected["Data"]));
  CHECK(body["Data"]["Id"] == number_of(data.repo));
  CHECK(body["Data"]["Type"] == 4);
  CHECK(number_of(data.repo) == number_of(Scene(RepoType::dataset).repo));
  CHECK(number_of(data.repo) != number_of(model.repo));
  CHECK(number_of(data.repo) < (1ULL << 53));
}

TEST_CASE("every revision is a branch, and there are no tags") {
  const auto body = ordered_json::parse(revisions(Scene().repo).body), expected = sample("models-revisions");
  const auto &map = body["Data"]["RevisionMap"], &of_sample = expected["Data"]["RevisionMap"];
  CHECK(keys(body) == keys(expected));
  CHECK(keys(map) == keys(of_sample));
  CHECK(map["Tags"] == ordered_json::array());
  CHECK(keys(map["Branches"][0]) == keys(of_sample["Branches"][0]));
  CHECK(map["Branches"][0]["Revision"] == "master");
  CHECK(map["Branches"][1]["Revision"] == "v1");
}

TEST_CASE("a listing has the present sizes, the recorded ids, and only known digests") {
  Scene scene;
  const auto expected = sample("models-repo-files")["Data"]["Files"];
  auto files = scene.files({"", true});
  REQUIRE(files.size() == 3);
  CHECK(files[0] == ordered_json({{"Path", "config.json"},
                                  {"Name", "config.json"},
                                  {"Type", "blob"},
                                  {"Revision", commit},
                                  {"Size", 10},
                                  {"Sha256", nullptr}}));
  CHECK(files[1] == expected[0]);
  CHECK(keys(files[2]) == keys(expected[1]));
  CHECK(files[2]["Name"] == "w.bin");
  test::write(scene.folder / "user/config.json", "edited");
  CHECK(scene.files({"", true})[0]["Size"] == 6);
  CHECK(scene.without_digest == WithoutDigest{&scene.repo.files[0], &scene.repo.files[1]});
}

TEST_CASE("a listing has the hub's other files as the hub lists them") {
  Scene scene;
  RemoteTree remote;
  for (const auto& [name, sha] : {std::pair{"README.md", id(digest)}, std::pair{"sub/w.bin", id(digest)},
                                  std::pair{"unknown.bin", unknown_id()}}) {
    RemoteFile file{RelPath::parse(name).value(), sha, 7, {}, {}};
    file.last_change = id(std::string(40, 'e'));
    remote.files.push_back(std::move(file));
  }
  const auto files = scene.files({"", true}, &remote);
  CHECK(files[0] == ordered_json({{"Path", "README.md"},
                                  {"Name", "README.md"},
                                  {"Type", "blob"},
                                  {"Revision", std::string(40, 'e')},
                                  {"Size", 7},
                                  {"Sha256", digest}}));
  CHECK(files[3]["Size"] == 20);
  CHECK(files[3]["Revision"] == commit);
  CHECK(files[4]["Path"] == "unknown.bin");
  CHECK(files[4]["Sha256"].is_null());
}

TEST_CASE("the parts of a listing") {
  Scene scene;
  CHECK(scene.paths({}) == Paths{"config.json", "sub"});
  CHECK(scene.paths({"sub"}) == Paths{"sub/w.bin"});
  CHECK(scene.paths({"", true, 1, 2}) == Paths{"config.json", "sub"});
  CHECK(scene.paths({"", true, 2, 2}) == Paths{"sub/w.bin"});
  CHECK(scene.paths({"", true, 3, 2}).empty());
  for (const std::string folder : {"su", "sub/w.bin", "nowhere"}) {
    CAPTURE(folder);
    CHECK(listing(scene.repo, scene.digests, make_listing(scene.repo, 0, nullptr), {folder}, scene.without_digest)
              .status == 404);
  }
}

TEST_CASE("paths of requests") {
  const auto model = path_of("/modelscope/api/v1/models/me/a%2Bb/repo/files?Revision=x").value();
  CHECK((model.type == RepoType::model && model.owner == "me" && model.name == "a+b" && model.what == "repo/files"));
  const auto data = path_of("/modelscope/api/v1/datasets/me/d").value();
  CHECK((data.type == RepoType::dataset && data.number.empty() && data.what.empty()));
  CHECK(path_of("/modelscope/api/v1/datasets/1234/repo/tree?Root=/").value().number == "1234");
  CHECK(path_of("/modelscope/api/v1/datasets/1234/repo").value().owner == "1234");
  CHECK(path_of("/modelscope/api/v1/models/1234/repo/tree").value().owner == "1234");
  for (const auto* target : {"/modelscope/api/v1/models/me", "/modelscope/api/v1/studios/me/x",
                             "/modelscope/me/x/y/z/a", "/modelscope/api/v1/models/me/%zz", "/modelscope"}) {
    CAPTURE(target);
    CHECK(!path_of(target));
  }
}

TEST_CASE("parts of requests") {
  const Part all = part("/x?Revision=master&Recursive=True&PageNumber=3&PageSize=200&Root=%2F");
  CHECK((all.folder.empty() && all.is_recursive && all.page == 3 && all.page_size == 200));
  const Part folder = part("/x?Recursive=False&Root=/a/b%20c/", false);
  CHECK((folder.folder == "a/b c" && !folder.is_recursive && folder.page == 1 && folder.page_size == 0));
  CHECK(part("/x?PageNumber=-1&PageSize=0").page == 1);
  CHECK(part("/x?PageNumber=-1&PageSize=0").page_size == 100);
}

TEST_CASE("requests for a part of a file") {
  CHECK(asks_for_part(with("Range", "bytes=0-9")));
  CHECK(!asks_for_part(with("Range", "bytes=5-")));
  CHECK(!asks_for_part(with("Range", "lines=0-9")));
  CHECK(!asks_for_part(with("Accept", "bytes=0-9")));
}

TEST_CASE("tokens") {
  CHECK(token_of(with("authorization", "Bearer abc")) == "abc");
  CHECK(token_of(with("Cookie", "a=1; m_session_id=abc; b=2")) == "abc");
  CHECK(token_of(with("Cookie", "xm_session_id=abc; m_session_idx=d")).empty());
  CHECK(token_of(with("Authorization", "Basic abc")).empty());
}

}  // namespace hubcache::hub::modelscope_api
