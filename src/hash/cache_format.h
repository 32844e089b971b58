// The file of the digest cache: a header, then records of one size, appended one batch after the other.
//
//   header  "hubcache digests", version, size of a record, checksum: 32 bytes
//   record  device, inode, size, mtime, ctime; git blob id, SHA-256, which of them are there; checksum: 104 bytes
//
// Numbers are as the machine has them: read on a machine of the other byte order, the header's checksum is wrong. The
// checksum is XXH3 (64 bits). A record that it does not fit is passed over, and so is what a killed process or a full
// disk has left at the end.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/digest.h>

#include "hash/file_digester.h"

namespace hubcache::hash {

struct CacheRecord {
  std::uint64_t device = 0, inode = 0, size = 0;
  std::int64_t mtime = 0, ctime = 0;
  std::array<unsigned char, 20> git{};
  std::array<unsigned char, 32> sha256{};
  std::uint32_t has = 0;  ///< has_git, has_sha256
  std::uint64_t checksum = 0;

  static constexpr std::uint32_t has_git = 1, has_sha256 = 2;

  static CacheRecord make(const FileState& state, const Digests& digests);
  FileState state() const { return {device, {inode, size, mtime, ctime}}; }
  /// Those of `wanted` that it holds.
  Digests digests(DigestKinds wanted) const;
  /// Takes over what `other`, of the same state, holds beyond this one.
  void add(const CacheRecord& other);
};
static_assert(sizeof(CacheRecord) == 104);

std::string cache_header();

struct CacheContent {
  std::vector<CacheRecord> records;  ///< in the order in which they were written
  std::uint64_t damaged = 0;         ///< records that do not fit their checksum; 1 for a header that is not right
};
/// From what stands behind a right header; consumes it.
CacheContent checked(std::vector<CacheRecord> records);

/// The records themselves.
std::string_view bytes_of(const std::vector<CacheRecord>& records);

}  // namespace hubcache::hash
