// Compares hubcache's verdicts with the clients' own code, over random caches for which test/data/target/sdk_states.py
// has called ModelFileSystemCache. HUBCACHE_SDK_VENVS names the folder of the environments with the SDKs.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <tuple>

#include <doctest/doctest.h>

#include <hubcache/digest.h>

#include "hubs/aistudio/target.h"
#include "hubs/modelscope/target.h"
#include "unit/table.h"
#include "unit/temporary_folder.h"

namespace hubcache::hub {
namespace {

using Cell = std::tuple<std::string, std::string, Question>;  ///< kind of record, environment, question
using Counts = std::map<Cell, int>;

constexpr int at_least = 50;

/// A client whose package has the class ModelFileSystemCache.
struct Package {
  std::string name, version, validation_variable;
  const Target& target;
  /// Makes the hub's file from the id and the digest; "" for a missing digest.
  RemoteFile (*file)(const RelPath& path, const ObjectId& id, const std::string& digest);
};

RemoteFile aistudio_file(const RelPath& path, const ObjectId& id, const std::string& digest) {
  return {path, id, 13, {}, digest};
}

RemoteFile modelscope_file(const RelPath& path, const ObjectId& id, const std::string& digest) {
  RemoteFile file{path, digest.empty() ? unknown_id() : *ObjectId::parse(digest), 13, {}, {}};
  file.last_change = id;
  if (digest.empty()) file.snapshot_raises = file.single_file_raises = Reason::no_digest;
  return file;
}

/// A line of states.tsv, in which a missing digest is "".
struct State {
  std::filesystem::path folder;
  RemoteFile remote;
  std::string kind, commit;
  std::map<Question, std::string> answers;
};

State state_of(const Package& package, const std::vector<std::string>& row, const std::filesystem::path& base) {
  State state{base / row.at(0),
              package.file(*RelPath::parse(row.at(1)), *ObjectId::parse(row.at(2)), row.at(3)),
              row.at(4),
              row.at(5),
              {{Question::snapshot, row.at(6)}, {Question::single_file, row.at(7)}, {Question::local_only, row.at(8)}}};
  // Such a client downloads the file, and then refuses it.
  for (auto& [question, answer] : state.answers) {
    if (state.remote.snapshot_raises && question != Question::local_only && answer == "downloads") answer = "raises";
  }
  return state;
}

void make_states(const Package& package, const std::string& hash_validation, const std::filesystem::path& base) {
  const char* venvs = std::getenv("HUBCACHE_SDK_VENVS");
  REQUIRE_MESSAGE(venvs, "HUBCACHE_SDK_VENVS is not set: run test/e2e/make_sdk_venvs.sh with it, then the tests");
  const std::string seed = std::to_string(std::random_device()());
  std::cout << package.name << " " << package.version << ", seed " << seed << std::endl;
  const std::string command = "HOME='" + base.native() + "' " + package.validation_variable + "='" + hash_validation +
                              "' '" + venvs + "/" + package.name + "-" + package.version +
                              "/bin/python' " HUBCACHE_TEST_DATA "/target/sdk_states.py '" + base.native() + "' " +
                              seed + " >/dev/null 2>&1";
  REQUIRE(std::system(command.c_str()) == 0);
}

View view_of(const Target& target, const State& state) {
  Place place;
  place.root = state.folder;
  place.index = target.rules.index();
  place.temporary = state.folder.parent_path() / "temporary" / state.folder.filename();
  return target.rules.view(place).value();
}

Action verdict_on(const Target& target, const State& state, const View& view, const ClientSettings& settings,
                  Question question) {
  FileFacts facts = facts_of(view, state.remote.path.str(), &state.remote.path);
  if (!target.rules.wanted_sha256(state.remote, settings).empty())
    facts.sha256 = sha256_of_file(state.folder / state.remote.path.str()).value_or("");
  return target.rules.verdict(facts, view.index_state, state.remote, settings, question).action;
}

/// Returns a folder in memory if there is one: on a disk, the many small files of the states take ten times the time.
std::filesystem::path quick_folder() {
  const char* const memory = "/dev/shm";
  return access(memory, W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

void hold_against(const Package& package, const std::string& hash_validation, Counts& counts) {
  const test::TemporaryFolder base(quick_folder());
  make_states(package, hash_validation, base.path());
  const ClientSettings settings =
      package.target.rules.settings({{{package.validation_variable, hash_validation}}, "/", "/"});
  for (const auto& row : test::read_table_from(base / "states.tsv")) {
    const State state = state_of(package, row, base.path());
    const std::string environment =
        (settings.hash_validation ? "validating, digest: " : "default, digest: ") + state.commit;
    const View view = view_of(package.target, state);
    for (const auto& [question, answer] : state.answers) {
      CAPTURE(state.folder);
      CAPTURE(environment);
      CAPTURE(state.kind);
      CAPTURE(name_of(question));
      CHECK(name_of(verdict_on(package.target, state, view, settings, question)) == answer);
      ++counts[{state.kind, environment, question}];
    }
  }
}

/// Prints a line for each kind and environment; the counts of the three questions are equal.
void print(const Counts& counts) {
  for (const auto& [cell, count] : counts) {
    const auto& [kind, environment, question] = cell;
    if (question == Question::snapshot)
      std::cout << "  " << kind << " | " << environment << " | each question: " << count << " states\n";
  }
  std::cout << std::flush;
}

}  // namespace

TEST_CASE("each verdict equals the behaviour of the client's own cache") {
  for (const Package& package :
       {Package{"aistudio", "0.3.9", "AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION", aistudio(), aistudio_file},
        Package{"aistudio", "0.3.5", "AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION", aistudio(), aistudio_file},
        Package{"modelscope", "1.25.0", "MODELSCOPE_ENABLE_DEFAULT_HASH_VALIDATION", modelscope_dir(), modelscope_file},
        Package{"modelscope", "1.37.1", "MODELSCOPE_ENABLE_DEFAULT_HASH_VALIDATION", modelscope_dir(),
                modelscope_file}}) {
    Counts counts;
    for (const std::string hash_validation : {"", " True\n"}) hold_against(package, hash_validation, counts);
    print(counts);
    CHECK(counts.size() == 16 * 8 * 3);
    for (const auto& [cell, count] : counts) CHECK(count >= at_least);
  }
}

}  // namespace hubcache::hub
