#include "published/flags.h"

#include <algorithm>
#include <array>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/random_id.h"
#include "published/keys.h"

namespace hubcache::published {
namespace {

using namespace std::chrono_literals;

constexpr auto renewal = 1h;
constexpr auto longest_collection = 20h;
constexpr auto longest_wait = 10min;
constexpr auto pause = 2s;

/// Returns what a person needs to find the process of a flag.
std::string owner_text() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("host {}, process {}\n", printable(host.data()), getpid());
}

/// Returns the objects with the prefix whose flags count.
Result<std::vector<store::Object>> standing(store::Store& store, const std::string& prefix) {
  auto objects = TRY(store.list(prefix));
  const std::int64_t now = TRY(store.now());
  std::erase_if(objects, [&](const store::Object& object) { return now - object.time >= flag_seconds; });
  return objects;
}

Error is_locked(store::Store& store, const std::string& key, std::string_view what) {
  const auto owner = store.get(key, 4096);
  const std::string by = owner && *owner ? " (" + printable(**owner) + ")" : "";
  return {ErrorCode::conflict, fmt::format("{}{} in {}", what, by, printable(store.name())),
          "wait until it has ended; the flag of a killed process counts for 24 hours"};
}

}  // namespace

Result<std::unique_ptr<PublishingFlag>> PublishingFlag::set(store::Store& store,
                                                            const std::function<void(std::string_view)>& tell) {
  std::unique_ptr<PublishingFlag> flag(new PublishingFlag(store, publishing_prefix + random_id()));
  TRY(store.put(flag->key_, owner_text()));
  for (bool has_told = false;; has_told = true) {
    const auto collections = TRY(standing(store, gc_prefix));
    if (collections.empty()) return flag;
    if (std::chrono::steady_clock::now() - flag->set_at_ > longest_wait)
      return is_locked(store, collections.front().key, "garbage is being collected");
    if (tell && !has_told) tell("waiting until the garbage collection in " + printable(store.name()) + " has ended");
    TRY(check_not_cancelled());
    std::this_thread::sleep_for(pause);
  }
}

/// If the flag cannot be removed, it ceases to count after a day.
PublishingFlag::~PublishingFlag() { static_cast<void>(store_.remove(key_)); }

Result<void> PublishingFlag::renew() {
  const auto now = std::chrono::steady_clock::now();
  if (now - set_at_ < renewal) return {};
  set_at_ = now;
  return store_.put(key_, owner_text());
}

Result<std::unique_ptr<CollectingFlag>> CollectingFlag::set(store::Store& store) {
  std::unique_ptr<CollectingFlag> flag(new CollectingFlag(store, gc_prefix + random_id()));
  TRY(store.put(flag->key_, owner_text()));
  for (const store::Object& other : TRY(standing(store, gc_prefix))) {
    if (other.key != flag->key_) return is_locked(store, other.key, "another garbage collection runs");
  }
  if (const auto publishers = TRY(standing(store, publishing_prefix)); !publishers.empty())
    return is_locked(store, publishers.front().key, "a repo is being published");
  return flag;
}

CollectingFlag::~CollectingFlag() { static_cast<void>(store_.remove(key_)); }

Result<void> CollectingFlag::check() const {
  if (std::chrono::system_clock::now() - set_at_ < longest_collection) return {};
  return Error{ErrorCode::failed, "the garbage collection takes too long", "run the command again"};
}

}  // namespace hubcache::published
