// Digests of files, as hubs name them.
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

/// Which digests of a file are wanted: all of them come from one read.
struct DigestKinds {
  bool git = false;  ///< git blob id as `git hash-object --no-filters` has it: SHA-1 over "blob SIZE\0" and the content
  bool sha256 = false;  ///< of the content: what an LFS pointer names
  bool lfs = false;     ///< git blob id of the file's LFS pointer: what a tree listing names for a file of LFS
};

/// A digest's own bytes: half of what its hex takes, and a report may hold a million of them.
template <std::size_t size>
struct RawDigest {
  std::array<unsigned char, size> bytes;
  /// As hubs and programs write it.
  ObjectId id() const { return ObjectId::of_bytes({reinterpret_cast<const char*>(bytes.data()), size}); }
  friend bool operator==(const RawDigest&, const RawDigest&) = default;
};
using Sha1 = RawDigest<20>;
using Sha256 = RawDigest<32>;

/// Those that were wanted; what came with them may be there too.
struct Digests {
  std::optional<Sha1> git, lfs;
  std::optional<Sha256> sha256;
};

/// How far a long work has come. The bytes are those that have to be read, the files all of them.
struct Progress {
  std::uint64_t bytes = 0, all_bytes = 0;
  std::uint64_t files = 0, all_files = 0;
};

/// SHA-256 of a file's content, lower-case hex. An Error names the file, also where it changed meanwhile.
Result<std::string> sha256_of_file(const std::filesystem::path& file);

}  // namespace hubcache
