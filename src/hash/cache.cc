#include "hash/cache.h"

#include "base/path.h"
#include "base/try.h"

namespace hubcache::hash {
namespace {

constexpr std::int64_t too_short = 2'000'000'000;  // nanoseconds

}  // namespace

std::filesystem::path DigestCache::folder(const Environment& environment) {
  return own_folder(environment, "HUBCACHE_CACHE", "XDG_CACHE_HOME", ".cache");
}

DigestCache::DigestCache(const std::filesystem::path& folder) : file_(folder) {
  const auto content = file_.load();
  if (!content) {
    load_failure_ = content.error();
    return;
  }
  is_damaged_ = content->damaged > 0;
  records_.reserve(content->records.size());
  by_file_.reserve(content->records.size());
  for (const CacheRecord& record : content->records) put(record);
}

std::optional<Digests> DigestCache::find(const FileState& state, DigestKinds wanted) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_file_.find({state.device, state.stamp.inode});
  if (found == by_file_.end() || records_[found->second].state() != state) return std::nullopt;
  Digests digests = records_[found->second].digests(wanted);
  return has_all(digests, wanted) ? std::optional(std::move(digests)) : std::nullopt;
}

void DigestCache::add(const Digested& digested) {
  if (digested.state.stamp.ctime > digested.began - too_short) return;
  const std::lock_guard lock(mutex_);
  unsaved_.push_back(put(CacheRecord::make(digested.state, digested.digests)));
}

Result<void> DigestCache::save() {
  std::vector<CacheRecord> records;
  {
    const std::lock_guard lock(mutex_);
    records.swap(unsaved_);
  }
  if (records.empty() && !is_damaged_) return {};
  if (load_failure_) return *load_failure_;
  auto saved = file_.append(records, is_damaged_);
  const std::lock_guard lock(mutex_);
  if (saved) is_damaged_ = false;
  else unsaved_.insert(unsaved_.begin(), records.begin(), records.end());
  return saved;
}

/// A file has one state: a later record takes the place of an earlier one, or adds to what is known of the same state.
CacheRecord& DigestCache::put(CacheRecord record) {
  const auto [at, is_new] = by_file_.try_emplace({record.device, record.inode}, static_cast<std::uint32_t>(records_.size()));
  if (is_new) return records_.emplace_back(record);
  CacheRecord& known = records_[at->second];
  if (known.state() == record.state()) record.add(known);
  return known = record;
}

}  // namespace hubcache::hash
