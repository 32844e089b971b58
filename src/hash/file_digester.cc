#include "hash/file_digester.h"

#include <chrono>

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
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

FileState state_of(const struct stat& status) { return {status.st_dev, fs::stamp_of(status)}; }

/// Against the state before: another one, or another number of bytes than it says.
Result<void> check_unchanged(const std::filesystem::path& file, int descriptor, const FileState& before, const Fed& fed) {
  struct stat after;
  if (fed.failure != 0) return fs::system_error(fed.failure, "read " + in_quotes(file.native()));
  if (fstat(descriptor, &after) != 0) return fs::system_error(errno, "look at " + in_quotes(file.native()));
  if (state_of(after) == before && fed.bytes == before.stamp.size) return {};
  return Error{ErrorCode::failed, in_quotes(file.native()) + " changed while it was read",
               "wait until whatever writes it has ended, then run it again"};
}

}  // namespace

FileDigester::FileDigester() : buffer_(buffer_size) {
  hashers_.emplace_back(digest::Algorithm::sha1);
  hashers_.emplace_back(digest::Algorithm::sha256);
}

Result<Digested> FileDigester::digest(const std::filesystem::path& file, DigestKinds kinds, Cores cores, Counter& counter) {
  const std::int64_t began = now();
  const fs::Source source = TRY(fs::open_source(file));
  Digested done{{}, state_of(source.status), began};
  const std::uint64_t size = done.state.stamp.size;
  const bool wants_sha256 = kinds.sha256 || kinds.lfs;
  const auto hashers = std::span(hashers_).subspan(kinds.git ? 0 : 1, (kinds.git ? 1 : 0) + (wants_sha256 ? 1 : 0));
  for (digest::Hasher& hasher : hashers) hasher.start();
  if (kinds.git) hashers.front().add(digest::blob_header(size));
  const bool overlaps = cores == Cores::idle_ones_too && hashers.size() > 1 && size >= worth_threads;
  const Fed fed = overlaps ? feed_overlapped(source.file.get(), size, hashers, counter)
                           : feed(source.file.get(), size, hashers, buffer_, counter);
  TRY(check_unchanged(file, source.file.get(), done.state, fed));
  if (kinds.git) done.digests.git = hashers.front().finish<Sha1>();
  if (!wants_sha256) return done;
  done.digests.sha256 = hashers.back().finish<Sha256>();
  if (kinds.lfs) done.digests.lfs = digest::lfs_pointer_id(*done.digests.sha256, size);
  return done;
}

Result<Digested> digest_file(const std::filesystem::path& file, DigestKinds kinds) {
  Counter ignored = 0;
  return FileDigester().digest(file, kinds, Cores::idle_ones_too, ignored);
}

bool has_all(const Digests& digests, DigestKinds wanted) {
  return (digests.git || !wanted.git) && (digests.sha256 || !wanted.sha256) && (digests.lfs || !wanted.lfs);
}

}  // namespace hubcache::hash

namespace hubcache {

Result<std::string> sha256_of_file(const std::filesystem::path& file) {
  const hash::Digested done = TRY(hash::digest_file(file, {.sha256 = true}));
  return std::string(done.digests.sha256->id().str());
}

}  // namespace hubcache
