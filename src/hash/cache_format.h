// The format of the digest cache's file: a header, then records of the same size, appended in batches.
//
//   header  "hubcache digests", version, size of a record, checksum: 32 bytes
//   record  device, inode, size, mtime, ctime; git blob id, SHA-256, XXH3, which of these it has; checksum: 120 bytes
//
// Numbers have the machine's byte order: on a machine with the other byte order, the header's checksum is wrong. The
// checksum is XXH3 (64 bits). Records with a wrong checksum are ignored, and so is an incomplete record at the end,
// which a killed process or a full disk has left.
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
  std::array<unsigned char, 16> xxh3{};
  std::uint32_t has = 0;  ///< has_git, has_sha256, has_xxh3
  std::uint64_t checksum = 0;

  static constexpr std::uint32_t has_git = 1, has_sha256 = 2, has_xxh3 = 4;

  static CacheRecord make(const FileState& state, const Digests& digests);
  FileState state() const { return {device, {inode, size, mtime, ctime}}; }
  /// Returns the wanted digests in this record.
  Digests digests(DigestKinds wanted) const;
  /// Adds the digests that only `other`, a record of the same state, has.
  void add(const CacheRecord& other);
};
static_assert(sizeof(CacheRecord) == 120);

std::string cache_header();

struct CacheContent {
  std::vector<CacheRecord> records;  ///< in the order in which they were written
  std::uint64_t damaged = 0;         ///< number of records with a wrong checksum; 1 for an invalid header
};
/// Checks the records after a valid header, and drops the damaged ones.
CacheContent checked(std::vector<CacheRecord> records);

/// Returns the bytes of the records, without a header.
std::string_view bytes_of(const std::vector<CacheRecord>& records);

}  // namespace hubcache::hash
