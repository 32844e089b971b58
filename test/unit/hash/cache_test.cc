#include "hash/cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include <doctest/doctest.h>

#include "digest/digest.h"
#include "hash/many.h"
#include "unit/temporary_folder.h"

namespace hubcache::hash {
namespace {

using std::filesystem::path;

constexpr DigestKinds both{.git = true, .sha256 = true};
constexpr std::int64_t second = 1'000'000'000;
constexpr gid_t foreign_group = 54321;

/// Returns an invented result for file number `i`.
Digested made(std::uint64_t i) {
  const std::string bytes = std::to_string(i);
  Digested digested;
  digested.state = {7, {i, bytes.size(), 100 * second, 200 * second}};
  digested.digests.git = digest::sha1(digest::blob_header(bytes.size()) + bytes);
  digested.digests.sha256 = digest::sha256(bytes);
  digested.began = 300 * second;
  return digested;
}

bool save(const path& folder, std::uint64_t first, std::uint64_t last) {
  DigestCache cache(folder);
  for (std::uint64_t i = first; i < last; ++i) cache.add(made(i));
  return cache.save().has_value();
}

void fill(const path& folder, std::uint64_t first, std::uint64_t last) { REQUIRE(save(folder, first, last)); }

/// Starts a process that fills the cache with the files `first` to `last` in turn.
pid_t start_writer(const path& folder, std::uint64_t first, std::uint64_t last) {
  const pid_t child = fork();
  if (child != 0) return child;
  bool well = true;
  for (std::uint64_t i = first; i < last && well; ++i) well = save(folder, i, i + 1);
  _exit(well ? 0 : 1);
}

/// Returns how many of these files the cache knows; each must be right.
std::uint64_t known(const path& folder, std::uint64_t first, std::uint64_t last) {
  const DigestCache cache(folder);
  std::uint64_t count = 0;
  for (std::uint64_t i = first; i < last; ++i) {
    const auto found = cache.find(made(i).state, both);
    if (!found) continue;
    ++count;
    REQUIRE(*found->git == *made(i).digests.git);
    REQUIRE(*found->sha256 == *made(i).digests.sha256);
  }
  return count;
}

bool is_running(pid_t child) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

std::vector<Outcome> outcomes_of(const std::vector<path>& files, DigestCache& cache, const Tell& tell) {
  std::vector<Outcome> outcomes(files.size());
  const auto job = [](std::size_t) { return Job{both}; };
  const auto name = [&](std::size_t number) { return files[number]; };
  const auto done = [&](std::size_t number, Outcome&& outcome) { outcomes[number] = std::move(outcome); };
  CHECK(digest_files({files.size(), job, name, done}, cache, tell) == "");
  return outcomes;
}

Result<Digests> digest_of(const path& file, DigestCache& cache) {
  return outcomes_of({file}, cache, {}).front().digests;
}

}  // namespace

TEST_CASE("the next process finds saved digests, but only for exactly the same state") {
  const test::TemporaryFolder folder;
  fill(folder / "cache", 0, 10);
  CHECK(known(folder / "cache", 0, 20) == 10);
  const DigestCache cache(folder / "cache");
  for (const auto change :
       {+[](FileState& state) { ++state.device; }, +[](FileState& state) { state.stamp.inode = 99; },
        +[](FileState& state) { ++state.stamp.size; }, +[](FileState& state) { ++state.stamp.mtime; },
        +[](FileState& state) { ++state.stamp.ctime; }}) {
    FileState state = made(3).state;
    change(state);
    CHECK_FALSE(cache.find(state, both));
  }
}

TEST_CASE("digests of the same state are merged; a pointer's id is computed from SHA-256") {
  const test::TemporaryFolder folder;
  Digested first = made(1), second_one = made(1);
  first.digests.sha256.reset();
  second_one.digests.git.reset();
  for (const Digested& one : {first, second_one}) {
    DigestCache cache(folder / "cache");
    cache.add(one);
    REQUIRE(cache.save());
  }
  const DigestCache cache(folder / "cache");
  const auto found = cache.find(made(1).state, {true, true, true});
  REQUIRE(found);
  CHECK(*found->lfs == digest::lfs_pointer_id(*made(1).digests.sha256, 1));
}

TEST_CASE("digests are not stored if the state was less than 2 s old at the hashing") {
  const test::TemporaryFolder folder;
  for (const std::int64_t age : {2 * second, 2 * second - 1, -second}) {
    DigestCache cache(folder / "cache");
    Digested digested = made(1);
    digested.began = digested.state.stamp.ctime + age;
    cache.add(digested);
    CHECK(cache.find(digested.state, both).has_value() == (age >= 2 * second));
  }
}

TEST_CASE("a file rewritten within a clock tick, with the same size and mtime, gets its new digest") {
  const test::TemporaryFolder folder;
  DigestCache cache(folder / "cache");
  struct stat before;
  for (int i = 0; i < 300; ++i) {
    const std::string text = "content " + std::to_string(1000 + i);
    test::write(folder / "file", text);
    if (i > 0) {
      const timespec times[] = {before.st_atim, before.st_mtim};
      REQUIRE(utimensat(AT_FDCWD, (folder / "file").c_str(), times, 0) == 0);
    }
    REQUIRE(stat((folder / "file").c_str(), &before) == 0);
    REQUIRE(digest_of(folder / "file", cache)->sha256->id().str() == digest::sha256_hex(text));
  }
}

TEST_CASE("each damaged byte is found, and the next writer repairs the file") {
  const test::TemporaryFolder folder;
  const path file = folder / "cache/digests";
  fill(folder / "cache", 0, 3);
  const std::string good = test::read(file);
  REQUIRE(good.size() == 32 + 3 * 120);
  for (std::size_t at = 0; at < good.size(); ++at) {
    CAPTURE(at);
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ (1 << at % 8));
    test::write(file, bad);
    const CacheContent content = CacheFile(folder / "cache").load().value();
    REQUIRE(content.damaged == 1);
    REQUIRE(content.records.size() == (at < 32 ? 0 : 2));
    REQUIRE(known(folder / "cache", 0, 3) == content.records.size());
  }
  fill(folder / "cache", 3, 4);
  CHECK(CacheFile(folder / "cache").load()->damaged == 0);
  CHECK(known(folder / "cache", 0, 4) == 3);
}

TEST_CASE("a truncated file is read up to its last complete record, and can be appended to") {
  const test::TemporaryFolder folder;
  const path file = folder / "cache/digests";
  fill(folder / "cache", 0, 2);
  const std::string good = test::read(file);
  for (std::size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    test::write(file, good.substr(0, size));
    const std::uint64_t whole = size < 32 ? 0 : (size - 32) / 120;
    REQUIRE(known(folder / "cache", 0, 2) == whole);
    fill(folder / "cache", 5, 6);
    REQUIRE(known(folder / "cache", 0, 6) == whole + 1);
  }
}

TEST_CASE("the file stays within its limit, and keeps the latest digests") {
  const test::TemporaryFolder folder;
  constexpr std::uint64_t most = largest_cache / 120;
  fill(folder / "cache", 0, most - 10);
  fill(folder / "cache", most, most + 100);
  CHECK(std::filesystem::file_size(folder / "cache/digests") <= largest_cache);
  CHECK(known(folder / "cache", most, most + 100) == 100);
  CHECK(known(folder / "cache", 0, 1000) == 0);
  fill(folder / "cache", 0, 2 * most);
  CHECK(std::filesystem::file_size(folder / "cache/digests") <= largest_cache);
  CHECK(known(folder / "cache", 2 * most - 100, 2 * most) == 100);
}

TEST_CASE("a cache is not used if others may write to its file or its folder") {
  const test::TemporaryFolder folder;
  const path cache = folder / "cache";
  fill(cache, 0, 1);
  const auto is_used = [&] { return known(cache, 0, 1) == 1; };
  REQUIRE(is_used());
  for (const mode_t mode : {0664, 0646, 0666}) {
    chmod((cache / "digests").c_str(), mode);
    REQUIRE(chown((cache / "digests").c_str(), geteuid(), geteuid() == 0 ? foreign_group : getegid()) == 0);
    const bool only_private_group = mode == 0664 && geteuid() != 0;
    if (!only_private_group) CHECK_FALSE(is_used());
  }
  chmod((cache / "digests").c_str(), 0644);
  REQUIRE(is_used());
  chmod(cache.c_str(), 0757);
  CHECK_FALSE(is_used());
  DigestCache open_to_others(cache);
  open_to_others.add(made(2));
  CHECK(open_to_others.save().has_value());  // it continues without the cache
  const auto failure = open_to_others.take_load_failure();
  REQUIRE(failure);
  CHECK(failure->message.find("other users may write to it") != std::string::npos);
  CHECK_FALSE(open_to_others.take_load_failure());  // reported once
  chmod(cache.c_str(), 0755);
  CHECK(is_used());
  CHECK(known(cache, 2, 3) == 0);
}

TEST_CASE("only the user can write to a new cache, whatever the umask is") {
  const test::TemporaryFolder folder;
  const mode_t before = umask(0);
  fill(folder / "cache", 0, 1);
  umask(before);
  const auto mode_of = [](const path& name) {
    struct stat status{};
    REQUIRE(stat(name.c_str(), &status) == 0);
    return status.st_mode & 0777;
  };
  CHECK(mode_of(folder / "cache") == 0755);
  CHECK(mode_of(folder / "cache/digests") == 0644);
  CHECK(mode_of(folder / "cache/digests.lock") == 0600);
}

TEST_CASE("a symlink or a file that is not a cache is not used") {
  const test::TemporaryFolder folder;
  const path file = folder / "cache/digests";
  fill(folder / "cache", 0, 1);
  std::filesystem::rename(file, folder / "elsewhere");
  std::filesystem::create_symlink(folder / "elsewhere", file);
  CHECK_FALSE(CacheFile(folder / "cache").load());
  std::filesystem::remove(file);
  std::filesystem::resize_file(folder / "elsewhere", largest_cache + 1);
  std::filesystem::rename(folder / "elsewhere", file);
  CHECK(known(folder / "cache", 0, 1) == 0);
  fill(folder / "cache", 1, 2);
  CHECK(known(folder / "cache", 0, 3) == 1);
}

TEST_CASE("16 processes fill one cache while some of them are killed") {
  const test::TemporaryFolder folder;
  constexpr std::uint64_t each = 40;
  std::vector<pid_t> writers;
  // The file is damaged at first. The first writer replaces it, which must not lose records that others append.
  test::write(folder / "cache/digests", std::string(1'000'000, 'x'));
  for (std::uint64_t writer = 0; writer < 16; ++writer)
    writers.push_back(start_writer(folder / "cache", 1000 * writer, 1000 * writer + each));
  // Every second writer is killed when the cache has some more records, or after it has ended.
  for (std::size_t i = 1; i < writers.size(); i += 2) {
    while (CacheFile(folder / "cache").load()->records.size() < 15 * i && is_running(writers[i])) usleep(200);
    kill(writers[i], SIGKILL);
  }
  for (std::size_t i = 0; i < writers.size(); ++i) {
    int status = 0;
    REQUIRE(waitpid(writers[i], &status, 0) == writers[i]);
    const bool ended = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    const std::uint64_t found = known(folder / "cache", 1000 * i, 1000 * i + each);
    if (i % 2 == 0) CHECK(ended);
    if (ended) CHECK(found == each);
  }
  CHECK(CacheFile(folder / "cache").load()->damaged == 0);
  fill(folder / "cache", 500, 501);
  CHECK(known(folder / "cache", 500, 501) == 1);
}

TEST_CASE("many files keep their order, known files are not read, and unreadable files are named") {
  const test::TemporaryFolder folder;
  std::vector<path> files;
  for (int i = 0; i < 200; ++i) {
    const path file = folder / ("file" + std::to_string(i));
    test::write(file, std::to_string(i));
    files.push_back(file);
  }
  files.push_back(folder / "none");
  const Digested known_one = digest_file(folder / "file7", {.sha256 = true}).value();
  DigestCache cache(folder / "cache");
  Digested told = known_one;
  told.digests = made(7).digests;
  told.began = told.state.stamp.ctime + 5 * second;
  cache.add(told);
  Progress last;
  const auto outcomes = outcomes_of(files, cache, [&](const Progress& progress) { last = progress; });
  for (int i = 0; i < 200; ++i) {
    const Outcome& outcome = outcomes[static_cast<std::size_t>(i)];
    REQUIRE(outcome.digests->sha256->id().str() == digest::sha256_hex(std::to_string(i)));
    CHECK(outcome.remembered == (i == 7));
  }
  CHECK(outcomes.back().digests.error().message.find("none") != std::string::npos);
  CHECK(last.files == 201);
  CHECK(last.all_files == 201);
  CHECK(last.bytes == last.all_bytes);
}

}  // namespace hubcache::hash
