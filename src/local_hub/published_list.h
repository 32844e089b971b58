// The published repos of all stores, for people. Clients are answered by PublishedRepos.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <hubcache/result.h>

#include "local_hub/published_repos.h"
#include "published/keys.h"
#include "published/manifest.h"
#include "server/aside.h"

namespace hubcache::local_hub {

class PublishedList {
 public:
  struct Entry {
    published::StoredRepo repo;
    std::string revision;
    std::size_t store = 0;
    std::optional<published::Ref> ref = {};  ///< nullopt: it cannot be read
    std::string problem = {};                ///< why
  };
  /// The revisions in one store.
  struct OfStore {
    std::vector<Entry> entries = {};  ///< sorted by repo and revision
    std::size_t left_out = 0;         ///< further revisions, which are not looked at
    std::string problem = {};         ///< why the store did not answer; `entries` are then those of the last answer
  };
  using All = std::vector<OfStore>;  ///< by the number of the store
  using Then = std::function<void(const std::shared_ptr<const All>&)>;

  /// Both references must outlive this object.
  PublishedList(boost::asio::io_context& io, const Stores& stores) : io_(io), stores_(stores) {}

  /// Calls `then` on the server's thread, at once or later. An answer is at most ten seconds old.
  void get(Then then);

 private:
  using Clock = std::chrono::steady_clock;

  All look(const std::shared_ptr<const All>& before) const;
  Result<OfStore> look_at(std::size_t number) const;

  boost::asio::io_context& io_;
  const Stores& stores_;
  std::shared_ptr<const All> known_;
  Clock::time_point known_at_;
  std::vector<Then> waiting_;
  server::Aside aside_{1};
};

}  // namespace hubcache::local_hub
