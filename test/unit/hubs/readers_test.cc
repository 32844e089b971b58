// The other clients of AI Studio's models: their places and rules. test/e2e/test_readers.py compares them with the
// clients' own code.
#include "hubs/aistudio/targets.h"
#include "hubs/registry.h"

#include <doctest/doctest.h>

#include "hub/record_folder.h"
#include "hubs/aistudio/local_dir.h"
#include "hubs/huggingface/target.h"
#include "unit/hubs/environment_of.h"
#include "unit/temporary_folder.h"

namespace hubcache::hub {
namespace {

struct Row {
  const Target& target;
  Variables variables;
  const char* id;
  const char* root;
  const char* record;
};

RepoId id(const char* text) { return *RepoId::parse(text); }

std::vector<std::string> ids(const Result<std::vector<std::pair<RepoId, Place>>>& found) {
  std::vector<std::string> names;
  for (const auto& [repo, place] : found.value()) names.push_back(repo.str());
  return names;
}

/// Returns the location of a path in a listing of one file.
std::optional<RelPath> location(const Target& target, const char* path) {
  const RemoteTree tree{
      {{*RelPath::parse("a.txt"), *ObjectId::parse(std::string(40, '1')), 3, {}, {}}}, "v", {}, false};
  const Revision master = *Revision::parse("master");
  return target.layout.location(*RelPath::parse(path), {master, "v", &tree});
}

}  // namespace

TEST_CASE("each client has its place and its record folder") {
  const Variables home = {{"HOME", "/nowhere/me"}};
  const auto with = [](Variables more) {
    more.emplace("HOME", "/nowhere/me");
    return more;
  };
  const std::vector<Row> rows = {
      {fastdeploy(), home, "a/b.c", "/nowhere/me/a/b.c", "/nowhere/me/._hubcache/a/b.c"},
      {fastdeploy(), home, "baidu/E-4.5", "/nowhere/me/PaddlePaddle/E-4.5",
       "/nowhere/me/._hubcache/PaddlePaddle/E-4.5"},
      {fastdeploy(), home, "Baidu-x/E", "/nowhere/me/PaddlePaddle-x/E", "/nowhere/me/._hubcache/PaddlePaddle-x/E"},
      {fastdeploy(), home, "bai/E", "/nowhere/me/bai/E", "/nowhere/me/._hubcache/bai/E"},
      {fastdeploy(), with({{"FD_MODEL_CACHE", "/nowhere/fd"}}), "a/b", "/nowhere/fd/a/b", "/nowhere/fd/._hubcache/a/b"},
      {fastdeploy(), with({{"FD_MODEL_CACHE", ""}}), "a/b", "/a/b", "/._hubcache/a/b"},
      {fastdeploy(), with({{"FD_MODEL_CACHE", "fd"}}), "a/b", "/nowhere/work/fd/a/b",
       "/nowhere/work/fd/._hubcache/a/b"},
      {fastdeploy(), with({{"FD_MODEL_CACHE", "~/fd"}}), "a/b", "/nowhere/work/~/fd/a/b",
       "/nowhere/work/~/fd/._hubcache/a/b"},
      {fastdeploy(), {}, "a/b", "/nowhere/work/None/a/b", "/nowhere/work/None/._hubcache/a/b"},
      {paddlex(), home, "PaddleX/m.1", "/nowhere/me/.paddlex/official_models/m.1",
       "/nowhere/me/.paddlex/._hubcache/m.1"},
      {paddlex(), {}, "a/m", "/nowhere/account/.paddlex/official_models/m", "/nowhere/account/.paddlex/._hubcache/m"},
      {paddlex(), with({{"PADDLE_PDX_CACHE_HOME", "/nowhere/px"}}), "a/m", "/nowhere/px/official_models/m",
       "/nowhere/px/._hubcache/m"},
      {paddlex(), with({{"PADDLE_PDX_CACHE_HOME", ""}}), "a/m", "/nowhere/work/official_models/m",
       "/nowhere/work/._hubcache/m"},
      {paddleformers(), home, "a/b.c", "/nowhere/me/.cache/aistudio/hub/models/a/b___c",
       "/nowhere/me/.cache/aistudio/hub/models/._hubcache/a/b___c"},
      {paddleformers(), with({{"PF_HOME", "/nowhere/pf"}}), "a/b.c", "/nowhere/pf/a/b.c",
       "/nowhere/pf/._hubcache/a/b.c"},
      {paddleformers(), with({{"PF_HOME", ""}}), "a/b", "/nowhere/work/a/b", "/nowhere/work/._hubcache/a/b"},
      {aistudio_0_2(), home, "a/b.c", "/nowhere/me/.cache/aistudio/models/b.c",
       "/nowhere/me/.cache/aistudio/models/._hubcache/b.c"},
      {aistudio_0_2(), with({{"AISTUDIO_CACHE_HOME", "/nowhere/c"}}), "a/b", "/nowhere/c/.cache/aistudio/models/b",
       "/nowhere/c/.cache/aistudio/models/._hubcache/b"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.root);
    const RepoId asked = row.target.layout.repo_on_hub(id(row.id));
    const Place place = row.target.layout.locate(environment_of(row.variables), RepoType::model, asked).value();
    CHECK(place.root.native() == row.root);
    CHECK(place.record.native() == row.record);
  }
}

TEST_CASE("only FastDeploy requests another repo than its user names") {
  for (const Target* target : hubs::targets()) {
    const bool is_fastdeploy = target->is_named("fastdeploy");
    CHECK(target->layout.repo_on_hub(id("baidu/E")).str() == (is_fastdeploy ? "PaddlePaddle/E" : "baidu/E"));
  }
}

TEST_CASE("ids for which adopt mentions PaddleX") {
  for (const char* usual : {"PaddleX/m", "PaddlePaddle/PP-OCRv5_mobile_det"})
    CHECK(paddlex().layout.is_usual_for(id(usual)));
  for (const char* other : {"a/PP-OCR", "PaddlePaddle/ERNIE", "paddlex/m"})
    CHECK_FALSE(paddlex().layout.is_usual_for(id(other)));
}

TEST_CASE("aistudio-sdk 0.2 stores a file by its sha, and a file without a sha has no location") {
  CHECK(location(aistudio_0_2(), "a.txt")->str() == "blobs/" + std::string(40, '1'));
  CHECK_FALSE(location(aistudio_0_2(), "b.txt"));
  const Revision master = *Revision::parse("master");
  CHECK_FALSE(aistudio_0_2().layout.location(*RelPath::parse("a.txt"), {master}));
  for (const Target* target : hubs::targets()) {
    const bool keeps_snapshots = target == &huggingface() || target->name == "csghub-cli";
    if (target != &aistudio_0_2() && !keeps_snapshots) CHECK(location(*target, "b.txt")->str() == "b.txt");
  }
}

TEST_CASE("aistudio-sdk 0.2 writes through a broken symlink, so symlinks are refused") {
  CHECK(aistudio_0_2().rules.link_order(true) == std::vector{LinkKind::hardlink, LinkKind::reflink, LinkKind::copy});
  CHECK_FALSE(aistudio_0_2().rules.objection(LinkKind::symlink).empty());
  CHECK(aistudio_0_2().rules.objection(LinkKind::hardlink).empty());
}

TEST_CASE("without an index, the client takes any existing file") {
  const Place place = local_dir_place("/nowhere/p", "/nowhere/r");
  const RemoteFile remote{*RelPath::parse("a"), *ObjectId::parse(std::string(40, '1')), 1, {}, {}};
  PlacedFile file{"a", fs::Kind::file, {}, 1, true, false};
  FileFacts there, dangling, missing;
  there.file = &file;
  PlacedFile link{"a", fs::Kind::symlink, {}, 1, false, false};
  dangling.file = &link;
  for (const Question question : {Question::snapshot, Question::single_file, Question::local_only}) {
    const auto ask = [&](const Target& target, const FileFacts& facts) {
      return target.rules.verdict(facts, IndexState::none, remote, {}, question);
    };
    CHECK(ask(paddleformers(), there) == Verdict{Action::accepts, Reason::file_there, false});
    CHECK(ask(paddleformers(), missing) == Verdict{Action::raises, Reason::file_missing, false});
    CHECK(ask(paddleformers(), dangling) == Verdict{Action::raises, Reason::dangling_link, false});
    CHECK(ask(aistudio_0_2(), there) == Verdict{Action::accepts, Reason::file_there, false});
    CHECK(ask(aistudio_0_2(), missing) == Verdict{Action::downloads, Reason::file_missing, false});
    CHECK(ask(aistudio_0_2(), dangling) == Verdict{Action::downloads, Reason::dangling_link, false});
  }
}

TEST_CASE("below a home, only adopted folders are FastDeploy's places") {
  const test::TemporaryFolder folder;
  test::write(folder / "PaddlePaddle/E/config.json", "{}");
  test::write(folder / "._hubcache/PaddlePaddle/E/record.jsonl", "");
  test::write(folder / "._hubcache/PaddlePaddle/kept-only/kept/1/a", "");
  test::write(folder / "._hubcache/PaddlePaddle/nothing/lock", "");
  test::write(folder / "projects/x/y", "");
  test::write(folder / "model/._hubcache/originals/config.json", "{}");  // a local_dir, with its own record inside
  test::write(folder / "paddlex/._hubcache/m/record.jsonl", "");         // belongs to another target
  CHECK(ids(fastdeploy().layout.places(environment_of({{"HOME", folder.path().native()}}), RepoType::model).found) ==
        std::vector<std::string>{"PaddlePaddle/E", "PaddlePaddle/kept-only"});
}

TEST_CASE("PaddleX's places are all folders of official_models, and recorded places") {
  const test::TemporaryFolder folder;
  test::write(folder / "official_models/m/a", "");
  test::write(folder / "official_models/file", "");
  test::write(folder / "._hubcache/gone/record.jsonl", "");
  const auto environment = environment_of({{"PADDLE_PDX_CACHE_HOME", folder.path().native()}});
  CHECK(ids(paddlex().layout.places(environment, RepoType::model).found) ==
        std::vector<std::string>{"PaddleX/gone", "PaddleX/m"});
  CHECK(paddlex().layout.places(environment, RepoType::dataset).found.empty());
}

}  // namespace hubcache::hub
