// The listings that the local hub serves: the adopted files, and the hub's other files.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "hub/dialect.h"
#include "hub/hub.h"
#include "hub/served_listing.h"

namespace hubcache::hub {

/// Used on the server's thread only.
class ServedListings {
 public:
  using Clock = std::chrono::steady_clock;
  using ServedListing = std::shared_ptr<const std::vector<Listed>>;
  using Then = std::function<void(const Entries&)>;

  /// Calls `then` with the listing of the repo's revision, which is at most `oldest` old. Asks the hub with the
  /// caller's own token. If the hub does not answer in time, the listing has only the adopted files.
  void with(Services& services, const CatalogRepo& repo, std::size_t revision, const std::string& token,
            Clock::duration oldest, Then then);

 private:
  /// Type and id of the repo, number of the revision, and token, since access depends on the token. Offline the token
  /// is "".
  using Key = std::tuple<RepoType, std::string, std::size_t, std::string>;
  struct Known {
    Key key;
    ServedListing listing;
    Clock::time_point made;
  };

  Result<Listing> ask_hub(const Services& services, const CatalogRepo& repo, std::size_t revision,
                          const std::string& token);
  void give(const Key& key, const ServedListing& listing);

  std::deque<Known> known_;                 ///< the last listing for each key; the oldest first
  std::map<Key, std::vector<Then>> asked_;  ///< the requests that wait for the hub
  /// Until then, hubcache sends no requests to the hub, because it did not answer.
  std::atomic<Clock::duration> leave_alone_until_{};
};

}  // namespace hubcache::hub
