// The digests of a file, from one read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/result.h>

#include "digest/hasher.h"
#include "hash/feed.h"
#include "repo/local_tree.h"

namespace hubcache::hash {

/// Which file it is, and in which state.
struct FileState {
  std::uint64_t device = 0;
  FileStamp stamp;
  friend bool operator==(const FileState&, const FileState&) = default;
};

struct Digested {
  Digests digests;
  FileState state;
  std::int64_t began = 0;    ///< when the first byte was read: nanoseconds since 1970
  bool has_no_size = false;  ///< a file of /proc: its state tells nothing of its content
};

/// Whether a file may use more cores than this one.
enum class Cores { one, idle_ones_too };

/// Digests files one after the other. Each worker has one: its buffer and OpenSSL's contexts are dear to make.
class FileDigester {
 public:
  FileDigester();

  /// Follows symlinks. An Error names the file: it cannot be read, is no regular file, or changed while it was read.
  /// `seen`: the state that it was in just before, which saves a look.
  Result<Digested> digest(const std::filesystem::path& file, DigestKinds kinds, Cores cores, Counter& counter,
                          const std::optional<FileState>& seen = {});

 private:
  Result<Digested> read(const std::filesystem::path& file, int opened, const FileState& before, DigestKinds kinds,
                        Cores cores, Counter& counter);
  std::vector<digest::Hasher> hashers_;  ///< SHA-1, then SHA-256
  std::vector<char> buffer_;
};

/// One file by itself, with all cores.
Result<Digested> digest_file(const std::filesystem::path& file, DigestKinds kinds);

/// Whether all that is wanted is there.
bool has_all(const Digests& digests, DigestKinds wanted);

}  // namespace hubcache::hash
