// Digests of files, in the formats that hubs use.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <hubcache/repo.h>
#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

/// The requested digests of a file. All of them are computed in one read.
struct DigestKinds {
  bool git = false;     ///< git blob id as in `git hash-object --no-filters`: SHA-1 of "blob SIZE\0" and the content
  bool sha256 = false;  ///< SHA-256 of the content, as in an LFS pointer
  bool lfs = false;     ///< git blob id of the file's LFS pointer, as in a tree listing
  /// XXH3 of 128 bits: fast, but not safe against files that somebody has made equal in it on purpose. hubcache uses it
  /// only to find files whose bytes it then compares.
  bool xxh3 = false;
};

/// Raw bytes of a digest: half the size of its hex form, since a report may hold a million digests.
template <std::size_t size>
struct RawDigest {
  std::array<unsigned char, size> bytes;
  /// Returns the hex form that hubs and programs use.
  ObjectId id() const { return ObjectId::of_bytes({reinterpret_cast<const char*>(bytes.data()), size}); }
  friend bool operator==(const RawDigest&, const RawDigest&) = default;
};
using Sha1 = RawDigest<20>;
using Sha256 = RawDigest<32>;
using Xxh3 = RawDigest<16>;

/// The requested digests; others may be set too.
struct Digests {
  std::optional<Sha1> git, lfs;
  std::optional<Sha256> sha256;
  std::optional<Xxh3> xxh3;
};

/// Progress of a long operation. `all_bytes` counts only bytes that have to be read; `all_files` counts all files.
struct Progress {
  std::uint64_t bytes = 0, all_bytes = 0;
  std::uint64_t files = 0, all_files = 0;
};

/// Returns the SHA-256 of a file's content as lower-case hex. An Error names the file; a file that changes during the
/// read is an Error.
Result<std::string> sha256_of_file(const std::filesystem::path& file);

}  // namespace hubcache
