// The two flags that keep a publisher and a garbage collection apart. A publisher sets its flag and then looks for the
// collection's; a collection sets its flag and then looks for publishers'. So at least one of them sees the other, and
// a content that a publisher finds in the store, and does not send again, stays. Stores are strongly consistent. Two
// collections keep apart in the same way.
//
// A flag counts for 24 hours by the store's clock, since a killed process leaves it behind; not at all if its process
// ran on this machine and has ended.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <hubcache/result.h>

#include "store/store.h"

namespace hubcache::published {

/// While it exists, garbage collections give up.
class PublishingFlag {
 public:
  /// Waits up to ten minutes for a garbage collection; ErrorCode::conflict after that. Calls `tell` (may be empty) with
  /// a line for people if it has to wait.
  static Result<std::unique_ptr<PublishingFlag>> set(store::Store& store,
                                                     const std::function<void(std::string_view)>& tell);
  ~PublishingFlag();

  /// Must be called from time to time: sets the flag's time if that is an hour old. Thread-safe with no other call.
  Result<void> renew();
  /// ErrorCode::conflict if the flag may have ceased to count, because this process was stopped for many hours.
  Result<void> check() const;

 private:
  PublishingFlag(store::Store& store, std::string key) : store_(store), key_(std::move(key)) {}

  store::Store& store_;
  std::string key_;
  std::chrono::system_clock::time_point set_at_ = std::chrono::system_clock::now();  ///< goes on in a suspended machine
};

/// While it exists, publishers wait.
class CollectingFlag {
 public:
  /// ErrorCode::conflict if there is another collection, or a publisher.
  static Result<std::unique_ptr<CollectingFlag>> set(store::Store& store);
  ~CollectingFlag();

  /// Must be called before each removal. ErrorCode::failed if the flag is so old that a publisher may ignore it soon.
  Result<void> check() const;

 private:
  CollectingFlag(store::Store& store, std::string key) : store_(store), key_(std::move(key)) {}

  store::Store& store_;
  std::string key_;
  std::chrono::system_clock::time_point set_at_ = std::chrono::system_clock::now();
};

constexpr std::int64_t flag_seconds = 24 * 3600;

}  // namespace hubcache::published
