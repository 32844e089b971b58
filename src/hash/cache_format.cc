#include "hash/cache_format.h"

#include <algorithm>
#include <cstddef>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "digest/digest.h"

namespace hubcache::hash {
namespace {

struct Header {
  char magic[16];
  std::uint32_t version, record_size;
  std::uint64_t checksum;
};
static_assert(sizeof(Header) == 32);

constexpr std::string_view magic = "hubcache digests";
constexpr std::uint32_t version = 2;

/// Returns the checksum of all fields before `checksum`.
template <class Block>
std::uint64_t checksum_of(const Block& block) {
  return XXH3_64bits(&block, offsetof(Block, checksum));
}

}  // namespace

CacheRecord CacheRecord::make(const FileState& state, const Digests& digests) {
  CacheRecord record;
  record.device = state.device;
  record.inode = state.stamp.inode;
  record.size = state.stamp.size;
  record.mtime = state.stamp.mtime;
  record.ctime = state.stamp.ctime;
  if (digests.git) {
    record.git = digests.git->bytes;
    record.has |= has_git;
  }
  if (digests.sha256) {
    record.sha256 = digests.sha256->bytes;
    record.has |= has_sha256;
  }
  if (digests.xxh3) {
    record.xxh3 = digests.xxh3->bytes;
    record.has |= has_xxh3;
  }
  record.checksum = checksum_of(record);
  return record;
}

Digests CacheRecord::digests(DigestKinds wanted) const {
  Digests digests;
  if (wanted.git && (has & has_git) != 0) digests.git = Sha1{git};
  if ((wanted.sha256 || wanted.lfs) && (has & has_sha256) != 0) digests.sha256 = Sha256{sha256};
  if (wanted.xxh3 && (has & has_xxh3) != 0) digests.xxh3 = Xxh3{xxh3};
  if (wanted.lfs && digests.sha256) digests.lfs = digest::lfs_pointer_id(*digests.sha256, size);
  return digests;
}

void CacheRecord::add(const CacheRecord& other) {
  if ((has & has_git) == 0) git = other.git;
  if ((has & has_sha256) == 0) sha256 = other.sha256;
  if ((has & has_xxh3) == 0) xxh3 = other.xxh3;
  has |= other.has;
  checksum = checksum_of(*this);
}

std::string cache_header() {
  Header header{{}, version, sizeof(CacheRecord), 0};
  std::ranges::copy(magic, header.magic);
  header.checksum = checksum_of(header);
  return {reinterpret_cast<const char*>(&header), sizeof header};
}

CacheContent checked(std::vector<CacheRecord> records) {
  CacheContent content{std::move(records), 0};
  content.damaged =
      std::erase_if(content.records, [](const CacheRecord& record) { return record.checksum != checksum_of(record); });
  return content;
}

std::string_view bytes_of(const std::vector<CacheRecord>& records) {
  return {reinterpret_cast<const char*>(records.data()), records.size() * sizeof(CacheRecord)};
}

}  // namespace hubcache::hash
