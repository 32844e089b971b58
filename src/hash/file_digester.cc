#include "hash/file_digester.h"

#include <array>
#include <cerrno>
#include <chrono>

#include <fcntl.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/digest.h"
#include "fs/source.h"
#include "fs/stamp.h"
#include "fs/system_error.h"

namespace hubcache::hash {
namespace {

constexpr std::uint64_t worth_threads = 8 << 20;

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

FileState state_of(const struct stat& status) { return {status.st_dev, fs::stamp_of(status)}; }

Error not_readable(const std::filesystem::path& file, int number) {
  return fs::system_error(number, say("read {}", in_quotes(file.native())));
}

/// Returns an Error if the state or the number of bytes differs from `before`. Accepts files in /proc, which have
/// content but no size, except for git's digest, which begins with the size.
Result<void> check_unchanged(const std::filesystem::path& file, int opened, const FileState& before,
                             const ReadOutcome& fed, DigestKinds kinds) {
  struct stat after;
  if (fed.failure == ECANCELED) return cancelled();
  if (fed.failure != 0) return not_readable(file, fed.failure);
  if (fstat(opened, &after) != 0) return fs::system_error(errno, say("access {}", in_quotes(file.native())));
  const bool has_no_size = before.stamp.size == 0 && fed.bytes > 0;
  if (state_of(after) != before || (fed.bytes != before.stamp.size && !has_no_size)) {
    return Error{ErrorCode::failed, say("{} changed during the read", in_quotes(file.native())),
                 say("stop the program that writes to the file, then run the command again")};
  }
  if (!has_no_size || !kinds.git) return {};
  return Error{ErrorCode::failed,
               say("{} has content but reports no size (as files in /proc do), so it has no git blob id",
                   in_quotes(file.native())),
               say("use --sha256, or hash a copy of the file")};
}

}  // namespace

FileDigester::FileDigester()
    : sha1_(digest::Algorithm::sha1),
      sha256_(digest::Algorithm::sha256),
      xxh3_(digest::Algorithm::xxh3),
      buffer_(buffer_size) {}

Result<Digested> FileDigester::digest(const std::filesystem::path& file, DigestKinds kinds, Cores cores,
                                      Counter& counter, const std::optional<FileState>& seen) {
  fs::Descriptor opened(fs::uninterrupted([&] { return open(file.c_str(), fs::source_flags); }));
  // If the file has the state `seen` after the reading, it had this state all the time. If it has another state, it is
  // read again; this would take long for a large file, so for a large file the state is read first.
  const bool is_seen = opened && seen && seen->stamp.size < worth_threads;
  if (is_seen) {
    auto done = read(file, opened.get(), *seen, kinds, cores, counter);
    if (done) return done;
  }
  const fs::Source source = TRY(fs::check_source(std::move(opened), file));
  if (is_seen && lseek(source.file.get(), 0, SEEK_SET) != 0) return not_readable(file, errno);
  return read(file, source.file.get(), state_of(source.status), kinds, cores, counter);
}

Result<Digested> FileDigester::read(const std::filesystem::path& file, int opened, const FileState& before,
                                    DigestKinds kinds, Cores cores, Counter& counter) {
  Digested done{{}, before, now()};
  const std::uint64_t size = before.stamp.size;
  const bool wants_sha256 = kinds.sha256 || kinds.lfs;
  std::array<digest::Hasher*, 3> chosen{};
  std::size_t count = 0;
  if (kinds.git) chosen[count++] = &sha1_;
  if (wants_sha256) chosen[count++] = &sha256_;
  if (kinds.xxh3) chosen[count++] = &xxh3_;
  const std::span<digest::Hasher* const> hashers(chosen.data(), count);
  for (digest::Hasher* hasher : hashers) hasher->start();
  if (kinds.git) sha1_.add(digest::blob_header(size));
  const bool overlaps = cores == Cores::idle_ones_too && hashers.size() > 1 && size >= worth_threads;
  const ReadOutcome fed =
      overlaps ? feed_overlapped(opened, size, hashers, counter) : feed(opened, size, hashers, buffer_, counter);
  TRY(check_unchanged(file, opened, before, fed, kinds));
  done.has_no_size = fed.bytes != size;
  if (kinds.git) done.digests.git = sha1_.finish<Sha1>();
  if (kinds.xxh3) done.digests.xxh3 = xxh3_.finish<Xxh3>();
  if (!wants_sha256) return done;
  done.digests.sha256 = sha256_.finish<Sha256>();
  if (kinds.lfs) done.digests.lfs = digest::lfs_pointer_id(*done.digests.sha256, fed.bytes);
  return done;
}

Result<Digested> digest_file(const std::filesystem::path& file, DigestKinds kinds) {
  Counter ignored = 0;
  return FileDigester().digest(file, kinds, Cores::idle_ones_too, ignored);
}

bool has_all(const Digests& digests, DigestKinds wanted) {
  return (digests.git || !wanted.git) && (digests.sha256 || !wanted.sha256) && (digests.lfs || !wanted.lfs) &&
         (digests.xxh3 || !wanted.xxh3);
}

}  // namespace hubcache::hash

namespace hubcache {

Result<std::string> sha256_of_file(const std::filesystem::path& file) try {
  const hash::Digested done = TRY(hash::digest_file(file, {.sha256 = true}));
  return std::string(done.digests.sha256->id().str());
} catch (...) {
  return caught();
}

}  // namespace hubcache
