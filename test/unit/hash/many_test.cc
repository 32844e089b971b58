#include "hash/many.h"

#include <doctest/doctest.h>

#include "digest/digest.h"
#include "fs/file.h"
#include "unit/temporary_folder.h"

namespace hubcache::hash {
namespace {

struct Wanted {
  std::filesystem::path name;
  DigestKinds kinds;
};

struct Run {
  std::vector<Outcome> outcomes;
  Progress progress;  ///< the final progress
};

Run run(const std::vector<Wanted>& wanted, DigestCache& cache, bool with_states) {
  Run run;
  run.outcomes.resize(wanted.size(), {Digests{}, {}, false});
  const auto job = [&](std::size_t i) {
    const auto status = fs::status_of_target(wanted[i].name).value();
    return with_states ? Job{wanted[i].kinds, FileState{status.device, status.stamp}} : Job{wanted[i].kinds};
  };
  const auto done = [&](std::size_t i, Outcome&& outcome) { run.outcomes[i] = std::move(outcome); };
  const auto tell = [&](const Progress& progress) { run.progress = progress; };
  CHECK(digest_files({wanted.size(), job, [&](std::size_t i) { return wanted[i].name; }, done}, cache, tell) == "");
  return run;
}

}  // namespace

TEST_CASE("a file with several names is read once, and each name gets its requested digests") {
  const test::TemporaryFolder folder;
  test::write(folder / "a", "abc");
  test::write(folder / "other", "xyz");
  std::filesystem::create_hard_link(folder / "a", folder / "b");
  std::filesystem::create_symlink("a", folder / "c");
  const DigestKinds sha256{.sha256 = true}, git{.git = true};
  for (const bool with_states : {true, false}) {
    CAPTURE(with_states);
    DigestCache cache(folder / "cache");
    const Run same =
        run({{folder / "a", sha256}, {folder / "other", sha256}, {folder / "b", sha256}, {folder / "c", sha256}}, cache,
            with_states);
    for (const std::size_t i : {0u, 2u, 3u}) CHECK(same.outcomes[i].digests.value().sha256 == digest::sha256("abc"));
    CHECK(same.outcomes[1].digests.value().sha256 == digest::sha256("xyz"));
    CHECK(same.progress.bytes == 6);
    CHECK(same.progress.all_bytes == 6);
    CHECK(same.progress.files == 4);
    const Run different =
        run({{folder / "a", sha256}, {folder / "b", git}, {folder / "c", sha256}}, cache, with_states);
    CHECK(different.outcomes[1].digests.value().git == digest::sha1(digest::blob_header(3) + "abc"));
    for (const std::size_t i : {0u, 2u}) CHECK(different.outcomes[i].digests.value().sha256 == digest::sha256("abc"));
  }
}

TEST_CASE("files in the cache do not count in the progress") {
  const test::TemporaryFolder folder;
  const DigestKinds sha256{.sha256 = true};
  test::write(folder / "known", std::string(1000, 'k'));
  test::write(folder / "new", "abc");
  DigestCache cache(folder / "cache");
  const auto status = fs::status_of(folder / "known").value();
  Digested known{{}, {status.device, status.stamp}, status.stamp.ctime + 3'000'000'000};
  known.digests.sha256 = Sha256{};
  cache.add(known);
  const Run told = run({{folder / "known", sha256}, {folder / "new", sha256}}, cache, true);
  CHECK(told.outcomes[0].remembered);
  CHECK(told.progress.bytes == 3);
  CHECK(told.progress.all_bytes == 3);
  CHECK(told.progress.files == 2);
  CHECK(told.progress.all_files == 2);
}

}  // namespace hubcache::hash
