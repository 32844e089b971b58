// Computes several digests of a file while reading it once.
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

/// Identifies a file and its state.
struct FileState {
  std::uint64_t device = 0;
  FileStamp stamp;
  friend bool operator==(const FileState&, const FileState&) = default;
};

struct Digested {
  Digests digests;
  FileState state;
  std::int64_t began = 0;    ///< time of the first read: nanoseconds since 1970
  bool has_no_size = false;  ///< a file in /proc: its state does not depend on its content
};

/// The cores that may compute the digests of one file.
enum class Cores { one, idle_ones_too };

/// Digests files one after the other. Each worker has one object, since making its buffer and OpenSSL's contexts takes
/// time.
class FileDigester {
 public:
  FileDigester();

  /// Computes the digests; follows symlinks. The Error names the file: it cannot be read, is not a regular file, or
  /// changed while it was read. `seen`: the file's state immediately before, which saves reading the state.
  Result<Digested> digest(const std::filesystem::path& file, DigestKinds kinds, Cores cores, Counter& counter,
                          const std::optional<FileState>& seen = {});

 private:
  Result<Digested> read(const std::filesystem::path& file, int opened, const FileState& before, DigestKinds kinds,
                        Cores cores, Counter& counter);
  digest::Hasher sha1_, sha256_, xxh3_;
  std::vector<char> buffer_;
};

/// Digests one file, with all cores.
Result<Digested> digest_file(const std::filesystem::path& file, DigestKinds kinds);

/// Whether `digests` has all wanted digests.
bool has_all(const Digests& digests, DigestKinds wanted);

}  // namespace hubcache::hash
