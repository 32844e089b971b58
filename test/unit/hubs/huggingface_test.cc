// Hugging Face's cache and local_dir: their places, their views, and the metadata beside the files. For the real
// client's behaviour see test/e2e/test_hf_adopt.py and test_hf_property.py.
#include "hubs/huggingface/target.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "hubs/aistudio/target.h"
#include "hubs/hf_client/cache.h"
#include "unit/table.h"
#include "unit/temporary_folder.h"

namespace hubcache::hub::huggingface_test {
namespace {

using std::filesystem::path;
using test::write;

const std::string commit(40, 'c');

RepoRef repo(RepoType type = RepoType::model, const std::string& revision = "main") {
  return {type, RepoId::parse("me/tuned").value(), Revision::parse(revision).value()};
}

Environment in(const path& home) {
  Environment environment;
  environment.variables = {{"HF_HOME", home.native()}};
  environment.working_folder = "/";
  return environment;
}

RemoteFile remote(const std::string& name, char id) {
  return {RelPath::parse(name).value(), ObjectId::parse(std::string(40, id)).value(), 10, {}, {}};
}

PlacedFile placed(const std::string& name) {
  PlacedFile file;
  file.path = name;
  return file;
}

std::string bytes_of(const std::vector<MetadataFile>& files, const std::string& name) {
  const auto found = std::ranges::find(files, name, &MetadataFile::name);
  REQUIRE(found != files.end());
  return found->bytes.value_or("(nothing may stand there)");
}

}  // namespace

TEST_CASE("a model and a data set have separate folders, and the record lies beside the cache") {
  const test::TemporaryFolder home;
  const auto model = huggingface().layout.locate(in(home.path()), RepoType::model, repo().id).value();
  CHECK(model.root == home.path() / "hub/models--me--tuned");
  CHECK(model.record == home.path() / "._hubcache/hub/models--me--tuned");
  CHECK(model.index == nullptr);
  const auto data = huggingface().layout.locate(in(home.path()), RepoType::dataset, repo().id).value();
  CHECK(data.root == home.path() / "hub/datasets--me--tuned");
}

TEST_CASE("a record inside the cache is found there again") {
  const test::TemporaryFolder home;
  std::filesystem::create_directories(home.path() / "hub/.locks/._hubcache");
  const auto place = huggingface().layout.locate(in(home.path()), RepoType::model, repo().id).value();
  CHECK(place.record == home.path() / "hub/.locks/._hubcache/models--me--tuned");
}

TEST_CASE("places has all repos of the cache, and repos with a record only") {
  const test::TemporaryFolder home;
  for (const char* name : {"hub/models--a--b", "hub/models--c--d.e", "hub/datasets--f--g", "hub/models--no_owner",
                           "hub/blobs", "._hubcache/hub/models--h--i"}) {
    std::filesystem::create_directories(home / name);
  }
  std::vector<std::string> ids;
  const auto places = huggingface().layout.places(in(home.path()), RepoType::model).found;
  for (const auto& [id, place] : places) ids.push_back(id.str());
  CHECK(ids == std::vector<std::string>{"a/b", "c/d.e", "h/i"});
}

TEST_CASE("a view has the files of the snapshots, the refs and the blobs") {
  const test::TemporaryFolder home;
  const auto place = huggingface().layout.locate(in(home.path()), RepoType::model, repo().id).value();
  write(place.root / "snapshots" / commit / "a/x", "x");
  write(place.root / "blobs/b1", "b");
  write(place.root / "refs/main", commit);
  write(place.root / "refs/refs/pr/1", "no commit\n");
  std::filesystem::create_symlink("../../blobs/gone", place.root / "snapshots" / commit / "dangling");
  const View view = huggingface().rules.view(place).value();
  CHECK(view.file("snapshots/" + commit + "/a/x"));
  CHECK_FALSE(view.file("blobs/b1"));
  CHECK_FALSE(view.file("snapshots/" + commit + "/dangling")->exists);
  const auto* state = dynamic_cast<const hf_client::CacheState*>(view.client_state.get());
  REQUIRE(state);
  CHECK(state->blobs == std::vector<std::string>{"b1"});
  CHECK(huggingface().rules.version_in(view, repo()) == commit);
  CHECK(huggingface().rules.version_in(view, repo(RepoType::model, std::string(40, 'd'))) == std::string(40, 'd'));
  const std::string made_up = huggingface().rules.version_in(view, repo(RepoType::model, "refs/pr/1"));
  CHECK(made_up.size() == 40);
  CHECK(made_up == huggingface().rules.version_in(view, repo(RepoType::model, "refs/pr/1")));
  CHECK(made_up != huggingface().rules.version_in(view, repo(RepoType::dataset, "refs/pr/1")));
}

TEST_CASE("the client takes an existing file without reading it, or creates it from its blob") {
  const PlacedFile there = placed("x");
  PlacedFile dangling = there;
  dangling.exists = false;
  hf_client::CacheState state;
  state.blobs = {std::string(40, 'a')};
  const auto verdict = [&](const PlacedFile* file, bool has_blob, Question question = Question::snapshot) {
    FileFacts facts;
    facts.file = file;
    if (has_blob) facts.client_state = &state;
    return huggingface().rules.verdict(facts, IndexState::none, remote("x", 'a'), {}, question);
  };
  CHECK(verdict(&there, false) == Verdict{Action::accepts, Reason::file_there, false});
  CHECK(verdict(nullptr, true) == Verdict{Action::accepts, Reason::blob_there, false});
  CHECK(verdict(&dangling, false) == Verdict{Action::downloads, Reason::dangling_link, false});
  CHECK(verdict(nullptr, false) == Verdict{Action::downloads, Reason::file_missing, false});
  CHECK(verdict(nullptr, true, Question::local_only) == Verdict{Action::raises, Reason::file_missing, false});
}

TEST_CASE("the metadata of the cache is written like the client's") {
  const auto revision = Revision::parse("main").value();
  const auto readme = RelPath::parse("README.md").value(), tokens = RelPath::parse("added_tokens.json").value();
  RemoteTree listing{{remote("README.md", 'a'), remote("tokenizer.model", 'b')}, commit, {}};
  const std::string synthetic(40, '7');
  const std::vector<PlacedPath> files_placed = {{readme, 5, synthetic}, {tokens, 6, synthetic}};
  const PlacedFile other = placed("snapshots/" + commit + "/tokenizer.model");
  const std::vector<const PlacedFile*> others = {&other};
  const auto files = huggingface().rules.other_metadata({}, {revision, commit, &listing}, {files_placed, others});
  CHECK(bytes_of(files, "refs/main") == commit);
  CHECK(bytes_of(files, "trees/" + commit + ".json") ==
        "{\n \"format_version\": 1,\n \"files\": {\n  \"README.md\": {\n   \"size\": 5,\n   \"blob_id\": \"" +
            std::string(40, 'a') + "\"\n  },\n  \"added_tokens.json\": {\n   \"size\": 6,\n   \"blob_id\": \"" +
            synthetic + "\"\n  },\n  \"tokenizer.model\": {\n   \"size\": 10,\n   \"blob_id\": \"" +
            std::string(40, 'b') + "\"\n  }\n }\n}");
  const std::string no_exist = ".no_exist/" + commit + "/";
  CHECK(bytes_of(files, no_exist + "chat_template.jinja").empty());
  CHECK(bytes_of(files, no_exist + "added_tokens.json") == "(nothing may stand there)");
  CHECK(std::ranges::find(files, no_exist + "tokenizer.model", &MetadataFile::name) == files.end());
}

TEST_CASE("no link leads out of the cache, and a local_dir has no link") {
  for (const bool moves : {false, true}) {
    CHECK(huggingface().rules.link_order(moves) == std::vector{LinkKind::reflink, LinkKind::hardlink, LinkKind::copy});
    CHECK(huggingface_dir().rules.link_order(moves) == std::vector{LinkKind::reflink, LinkKind::copy});
  }
  CHECK_FALSE(huggingface().rules.objection(LinkKind::symlink).empty());
  CHECK(huggingface().rules.objection(LinkKind::hardlink).empty());
  for (const auto kind : {LinkKind::symlink, LinkKind::hardlink, LinkKind::in_place})
    CHECK_FALSE(huggingface_dir().rules.objection(kind).empty());
}

TEST_CASE("a local_dir follows the metadata of each file, unless the file is newer") {
  const test::TemporaryFolder home;
  const auto place = huggingface_dir().layout.place_in(home.path() / "local").value();
  const std::string id(40, 'a');
  for (const char* name : {"good", "young", "damaged", "bare"}) write(place.root / name, "x");
  write(place.root / ".cache/huggingface/download/good.metadata", commit + "\n" + id + "\n4102444800.0\n");
  write(place.root / ".cache/huggingface/download/young.metadata", commit + "\n" + id + "\n1000.0\n");
  write(place.root / ".cache/huggingface/download/damaged.metadata", commit);
  const View view = huggingface_dir().rules.view(place).value();
  CHECK(view.files.size() == 5);  // the four files and the folder .cache, without its content
  const auto action = [&](const std::string& name) {
    const auto location = RelPath::parse(name).value();
    return huggingface_dir().rules.verdict(facts_of(view, name, &location), IndexState::none, remote(name, 'a'), {},
                                           Question::snapshot);
  };
  CHECK(action("good") == Verdict{Action::accepts, Reason::exact_record, false});
  for (const char* name : {"young", "damaged", "bare"})
    CHECK(action(name) == Verdict{Action::downloads, Reason::no_record, true});
}

TEST_CASE("an id that huggingface_hub refuses is refused") {
  for (const auto& row : test::read_table("target/huggingface_ids.tsv")) {
    CAPTURE(row[0]);
    const auto id = RepoId::parse(row[0]);
    if (!id) CHECK(row[1] == "no");
    else CHECK(huggingface().layout.objection_to(*id).empty() == (row[1] == "yes"));
    if (id) CHECK(huggingface_dir().layout.objection_to(*id) == huggingface().layout.objection_to(*id));
    if (id) CHECK(aistudio().layout.objection_to(*id).empty());
  }
}

}  // namespace hubcache::hub::huggingface_test
