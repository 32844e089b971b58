// Measures the best that this machine can do: bench_floor walk DIR | read DIR | hash DIR | memory | index FILE N |
// cache FOLDER N
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "digest/hasher.h"
#include "fs/descriptor.h"
#include "fs/file.h"
#include "fs/listing.h"
#include "hash/cache.h"
#include "pickle/writer.h"

namespace {

using namespace hubcache;

std::uint64_t look(int folder, const char* name) {
  struct statx data;
  return statx(folder, name, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &data) == 0 ? data.stx_size : 0;
}

std::uint64_t read_small(int folder, const char* name) {
  static char buffer[64 * 1024];
  const fs::Descriptor file(openat(folder, name, O_RDONLY | O_CLOEXEC));
  return static_cast<std::uint64_t>(std::max<ssize_t>(0, read(file.get(), buffer, sizeof buffer)));
}

using Folders = std::vector<fs::Descriptor>;

/// Runs getdents and statx only. The folders stay open.
template <class Visit>
std::uint64_t walk(fs::Descriptor opened, Folders& folders, const Visit& visit) {
  const int folder = folders.emplace_back(std::move(opened)).get();
  fs::Listing listing;
  std::uint64_t bytes = 0;
  if (listing.read(folder, 10'000'000) != 0) return 0;
  for (const fs::Listing::Entry& entry : listing.entries()) {
    if (entry.type == DT_DIR) {
      bytes +=
          walk(fs::Descriptor(openat(folder, listing.name(entry), O_RDONLY | O_DIRECTORY | O_CLOEXEC)), folders, visit);
    } else {
      bytes += visit(folder, listing.name(entry));
    }
  }
  return bytes;
}

/// Runs getdents; then open, read, SHA-1 and close on all cores.
int hash_small(const char* root) {
  Folders folders;
  std::vector<std::pair<int, std::string>> files;
  walk(fs::Descriptor(open(root, O_RDONLY | O_DIRECTORY)), folders, [&](int folder, const char* name) {
    files.emplace_back(folder, name);
    return 0u;
  });
  std::atomic<std::size_t> next = 0;
  std::atomic<unsigned> digits = 0;
  const auto work = [&] {
    digest::Hasher hasher(digest::Algorithm::sha1);
    std::vector<char> buffer(64 * 1024);
    for (std::size_t at = next++; at < files.size(); at = next++) {
      const fs::Descriptor file(openat(files[at].first, files[at].second.c_str(), O_RDONLY | O_CLOEXEC));
      hasher.start();
      hasher.add({buffer.data(),
                  static_cast<std::size_t>(std::max<ssize_t>(0, read(file.get(), buffer.data(), buffer.size())))});
      digits += hasher.finish<Sha1>().bytes[0];
    }
  };
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) others.emplace_back(work);
  work();
  others.clear();
  std::printf("%u\n", digits.load());
  return 0;
}

/// Returns the GB/s of one digest over bytes that stay in the core's own cache.
double rate(digest::Algorithm algorithm) {
  const std::string bytes(64 * 1024, 'x');
  constexpr int rounds = 8000;
  digest::Hasher hasher(algorithm);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) hasher.add(bytes);
  const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
  return static_cast<double>(bytes.size()) * rounds / time.count() / 1e9;
}

int memory() {
  std::printf("%.3f %.3f\n", rate(digest::Algorithm::sha1), rate(digest::Algorithm::sha256));
  return 0;
}

template <class Work>
double seconds(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Returns the seconds to build and write an index, to build it, and to write and sync its bytes, which is the least
/// that a disk takes.
int write_index(const char* file, int count) {
  std::vector<std::pair<std::string, std::string>> files;
  files.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    files.emplace_back(fmt::format("folder{}/file{}.bin", i / 1000, i), fmt::format("{:040x}", i));
  }
  std::vector<pickle::Record> records;
  records.reserve(files.size());
  for (const auto& [name, sha] : files) records.push_back({name, sha});
  std::string bytes;
  bool written = false;
  const double making = seconds([&] { bytes = pickle::write_index(records); });
  const double all = making + seconds([&] { written = fs::write_atomically(file, bytes).has_value(); });
  const fs::Descriptor bare(
      open((std::string(file) + ".bare").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  const double floor =
      seconds([&] { written = fs::write_whole(bare.get(), bytes) && fsync(bare.get()) == 0 && written; });
  std::printf("%.6f %.6f %.6f\n", all, making, floor);
  return written ? 0 : 1;
}

/// Returns the seconds to fill and save a digest cache, and to load it and find all its files.
int cache(const char* folder, std::uint64_t count) {
  const auto start = std::chrono::steady_clock::now();
  hash::Digested digested;
  digested.digests.sha256 = Sha256{};
  digested.began = 3'000'000'000;
  hash::DigestCache filled(folder);
  for (digested.state.stamp.inode = 0; digested.state.stamp.inode < count; ++digested.state.stamp.inode)
    filled.add(digested);
  const bool saved = filled.save().has_value();
  const auto middle = std::chrono::steady_clock::now();
  const hash::DigestCache loaded(folder);
  std::uint64_t found = 0;
  for (digested.state.stamp.inode = 0; digested.state.stamp.inode < count; ++digested.state.stamp.inode) {
    found += loaded.find(digested.state, {.sha256 = true}).has_value();
  }
  const auto end = std::chrono::steady_clock::now();
  std::printf("%.6f %.6f\n", std::chrono::duration<double>(middle - start).count(),
              std::chrono::duration<double>(end - middle).count());
  return saved && found == count ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  const std::string what = count > 1 ? words[1] : "";
  if (what == "memory" && count == 2) return memory();
  if (what == "hash" && count == 3) return hash_small(words[2]);
  if ((what == "walk" || what == "read") && count == 3) {
    Folders folders;
    fs::Descriptor folder(open(words[2], O_RDONLY | O_DIRECTORY));
    const std::uint64_t bytes =
        what == "walk" ? walk(std::move(folder), folders, look) : walk(std::move(folder), folders, read_small);
    std::printf("%llu\n", static_cast<unsigned long long>(bytes));
    return 0;
  }
  if (what == "index" && count == 4) return write_index(words[2], std::stoi(words[3]));
  if (what == "cache" && count == 4) return cache(words[2], std::stoull(words[3]));
  std::fputs("bench_floor walk DIR | read DIR | hash DIR | memory | index FILE N | cache FOLDER N\n", stderr);
  return 2;
}
