// Loads any bytes as the file of the digest cache; and any bytes as records with right checksums, which random bytes
// never have.
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness.h"
#include "hash/cache.h"
#include "hash/cache_file.h"

namespace hubcache::fuzz {
namespace {

using hash::CacheRecord;

bool has_right_checksum(const CacheRecord& record) { return hash::checked({record}).damaged == 0; }

/// The file of one folder is loaded, written anew without damage, and gives the same records.
void check_file(std::string_view bytes) {
  const auto folder = scratch_folder() / "cache";
  const hash::CacheFile file(folder);
  write(file.name(), bytes);
  const auto content = file.load();
  require(content.has_value());
  for (const CacheRecord& record : content->records) require(has_right_checksum(record));
  require(file.append({}, true).has_value());
  const auto again = file.load();
  require(again && again->damaged == 0);
  std::set<std::pair<std::uint64_t, std::uint64_t>> known, kept;
  for (const CacheRecord& record : content->records) known.emplace(record.device, record.inode);
  for (const CacheRecord& record : again->records) require(kept.emplace(record.device, record.inode).second);
  require(known == kept);
}

/// Looks each file up.
void check_finding(const std::vector<CacheRecord>& records) {
  const hash::DigestCache cache(scratch_folder() / "cache");
  for (const CacheRecord& record : records) {
    const auto found = cache.find(record.state(), {.git = true, .sha256 = true, .lfs = true});
    if (found) require(found->git && found->sha256 && found->lfs);
  }
}

std::vector<CacheRecord> records_in(std::string_view input) {
  std::vector<CacheRecord> records(input.size() / sizeof(CacheRecord));
  for (std::size_t i = 0; i < records.size(); ++i) {
    std::memcpy(&records[i], input.data() + i * sizeof(CacheRecord), sizeof(CacheRecord));
    records[i].add(records[i]);  // computes the checksum
  }
  return records;
}

}  // namespace

void take(std::string_view input) {
  check_file(input);
  const std::size_t header = hash::cache_header().size();
  const auto records = records_in(input.substr(std::min(header, input.size())));
  check_file(hash::cache_header() + std::string(hash::bytes_of(records)));
  check_finding(records);
}

}  // namespace hubcache::fuzz
