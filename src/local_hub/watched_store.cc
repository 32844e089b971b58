#include "local_hub/watched_store.h"

#include "published/keys.h"

namespace hubcache::local_hub {

WatchedStore::State WatchedStore::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

Result<std::string> WatchedStore::get_part(const std::string& key, std::uint64_t offset, std::uint64_t size) {
  auto part = store_->get_part(key, offset, size);
  const std::lock_guard lock(mutex_);
  if (!part) ++state_.failures;
  return part;
}

void WatchedStore::ask() { note(store_->list(published::gc_prefix).has_value()); }

void WatchedStore::doubt() {
  const std::lock_guard lock(mutex_);
  state_.was_asked = false;
  ++state_.failures;
}

void WatchedStore::note(bool is_answering) {
  const std::lock_guard lock(mutex_);
  state_.was_asked = true;
  state_.is_answering = is_answering;
  state_.asked_at = Clock::now();
  if (!is_answering) ++state_.failures;
}

}  // namespace hubcache::local_hub
