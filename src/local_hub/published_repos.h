// Finds published repos in stores, when a client asks for them.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <hubcache/result.h>

#include "hub/catalog.h"
#include "hub/dialect.h"
#include "hub/packed_files.h"
#include "published/keys.h"
#include "server/aside.h"
#include "store/budget.h"
#include "store/store.h"

namespace hubcache::local_hub {

using Stores = std::vector<std::unique_ptr<store::Store>>;

/// Asks a store at most every five seconds about a revision. While a store cannot be reached, the last answer counts.
class PublishedRepos {
 public:
  using Found = std::shared_ptr<const hub::CatalogRepo>;  ///< nullptr: no store has the revision
  using Then = std::function<void(const Result<Found>&)>;

  /// `tell`: gets lines for people. The references must outlive this object.
  PublishedRepos(boost::asio::io_context& io, const Environment& environment, const Stores& stores,
                 std::function<void(const std::string&)> tell)
      : io_(io), environment_(environment), stores_(stores), tell_(std::move(tell)) {}

  /// Calls `then` on the server's thread, at once or later, with the first store's repo that has the revision.
  void find(const hub::Hub& hub, const hub::Dialect& dialect, const hub::AskedRepo& asked, Then then);

 private:
  using Clock = std::chrono::steady_clock;
  using Files = std::shared_ptr<const hub::PackedFiles>;
  struct Question {
    const hub::Hub* hub;
    const hub::Dialect* dialect;
    std::vector<RepoType> types;
    RepoId id;
    std::vector<std::string> revisions;
  };
  /// The last answer to one question, and the callers that wait for the next.
  struct Known {
    Result<Found> found = Found();
    Clock::time_point asked_at = {};
    std::vector<Then> waiting = {};
  };

  // On another thread:
  Result<Found> look_up(const Question& question);
  Result<Found> look_up_in(std::size_t number, const Question& question, RepoType type);
  Result<Found> repo_at(std::size_t number, const Question& question, const published::StoredRepo& repo,
                        std::vector<hub::CatalogRevision> revisions, const std::string& commit);
  Result<Files> files_of(std::size_t number, const published::StoredRepo& repo, const std::string& commit);
  Files kept(const std::string& key);
  void keep(const std::string& key, const Files& files);

  void leave_memory();
  void settle(const std::string& key, Result<Found> found);
  void forget_old();

  boost::asio::io_context& io_;
  const Environment& environment_;
  const Stores& stores_;
  std::function<void(const std::string&)> tell_;
  std::map<std::string, Known> known_;  ///< by question
  std::uint64_t finds_ = 0;
  std::uint64_t mapped_at_start_ = hub::mapped_bytes_in_memory();
  store::Budget readers_{2};                             ///< of manifests, which may be large
  std::mutex mutex_;                                     ///< guards `by_commit_`
  std::deque<std::pair<std::string, Files>> by_commit_;  ///< the commits that were asked for last; the latest first
  server::Aside aside_{8};
};

}  // namespace hubcache::local_hub
