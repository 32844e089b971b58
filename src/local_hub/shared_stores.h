// The stores whose published repos a hub serves.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <hubcache/environment.h>
#include <hubcache/local_hub.h>
#include <hubcache/result.h>

#include "local_hub/published_repos.h"
#include "local_hub/stored_contents.h"
#include "local_hub/watched_store.h"
#include "server/aside.h"

namespace hubcache::local_hub {

/// True if the name in SharedHubOptions::from means the adoptions of this machine.
bool means_adoptions(const std::string& name);

class SharedStores {
 public:
  using Tell = std::function<void(const std::string&)>;

  /// Opens the stores of `shared`; nullptr if it names none. `io` must outlive the object; `tell` gets lines for
  /// people.
  static Result<std::unique_ptr<SharedStores>> open(boost::asio::io_context& io, const Environment& environment,
                                                    const SharedHubOptions& shared, const Tell& tell);

  PublishedRepos& repos() { return repos_; }
  StoredContents& contents() { return contents_; }
  const Stores& all() const { return stores_; }
  const std::vector<WatchedStore*>& watched() const { return watched_; }

  /// Whether every store has answered its last question, and none has kept one waiting for long. Asks those again that
  /// were not asked for some seconds, on another thread, for the next call.
  bool are_answering();
  /// Makes pending questions to the stores fail.
  void stop();

 private:
  SharedStores(boost::asio::io_context& io, const Environment& environment, Stores stores,
               std::vector<WatchedStore*> watched, ContentOptions options, const Tell& tell);

  boost::asio::io_context& io_;
  const Stores stores_;
  const std::vector<WatchedStore*> watched_;
  std::vector<std::optional<WatchedStore::Clock::time_point>> asking_since_;  ///< by the number of the store
  PublishedRepos repos_;
  StoredContents contents_;
  server::Aside aside_{4};
};

}  // namespace hubcache::local_hub
