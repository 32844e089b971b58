#include "hash/cache.h"

#include <bit>

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
  if (auto content = file_.load(); content) {
    is_damaged_ = content->damaged > 0;
    records_ = std::move(content->records);
  } else {
    is_loaded_ = false;
    load_failure_ = std::move(content).error();
  }
  saved_ = records_.size();
  make_slots();
}

std::optional<Digests> DigestCache::find(const FileState& state, DigestKinds wanted) const {
  const std::lock_guard lock(mutex_);
  const std::uint32_t found = slots_[slot_of(state.device, state.stamp.inode)];
  if (found == nobody || records_[found].state() != state) return std::nullopt;
  Digests digests = records_[found].digests(wanted);
  return has_all(digests, wanted) ? std::optional(digests) : std::nullopt;
}

void DigestCache::add(const Digested& digested) {
  if (digested.has_no_size || digested.state.stamp.ctime > digested.began - too_short) return;
  const CacheRecord record = CacheRecord::make(digested.state, digested.digests);
  const std::lock_guard lock(mutex_);
  records_.push_back(record);
  if (2 * records_.size() > slots_.size()) make_slots();
  else link(static_cast<std::uint32_t>(records_.size() - 1));
}

Result<void> DigestCache::save() {
  std::unique_lock lock(mutex_);
  const std::size_t end = records_.size();
  if (!is_loaded_ || (end == saved_ && !is_damaged_)) return {};
  const std::vector<CacheRecord> unsaved(records_.begin() + static_cast<std::ptrdiff_t>(saved_), records_.end());
  lock.unlock();
  TRY(file_.append(unsaved, is_damaged_));
  lock.lock();
  saved_ = end;
  is_damaged_ = false;
  return {};
}

std::optional<Error> DigestCache::take_load_failure() {
  const std::lock_guard lock(mutex_);
  return std::exchange(load_failure_, std::nullopt);
}

/// Returns the slot of the file's latest record, or the slot for its first one.
std::size_t DigestCache::slot_of(std::uint64_t device, std::uint64_t inode) const {
  std::size_t slot = (inode * 0x9E3779B97F4A7C15u ^ device * 0xC2B2AE3D27D4EB4Fu) >> 17 & (slots_.size() - 1);
  const auto is_other = [&](const CacheRecord& one) { return one.inode != inode || one.device != device; };
  while (slots_[slot] != nobody && is_other(records_[slots_[slot]])) slot = (slot + 1) & (slots_.size() - 1);
  return slot;
}

/// Makes the record the latest one of its file. Adds the digests of an earlier record of the same state to it.
void DigestCache::link(std::uint32_t index) {
  CacheRecord& record = records_[index];
  std::uint32_t& latest = slots_[slot_of(record.device, record.inode)];
  if (latest != nobody && records_[latest].state() == record.state()) record.add(records_[latest]);
  latest = index;
}

void DigestCache::make_slots() {
  slots_.assign(std::bit_ceil(2 * records_.size() + 64), nobody);
  for (std::size_t i = 0; i < records_.size(); ++i) link(static_cast<std::uint32_t>(i));
}

}  // namespace hubcache::hash
