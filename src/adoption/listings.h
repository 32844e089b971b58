// Requests the listings of many repos from their hubs. Listings requests them ahead, for up to 16 repos at once and on
// one set of connections, and returns them in the caller's order. To bound the memory, it requests fewer large repos
// ahead.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "adoption/sites.h"
#include "base/cancel.h"
#include "base/threads.h"
#include "base/try.h"
#include "hub/hub.h"

namespace hubcache::adoption {

class Listings {
  struct Question;

 public:
  /// The environment must outlive the Listings.
  explicit Listings(const Environment& environment) : environment_(environment) {}
  Listings(const Listings&) = delete;
  /// Cancels the requests whose listings nobody has taken.
  ~Listings();

  /// A listing that was requested. The Listings must outlive it.
  class Asked {
   public:
    Asked(Asked&& other) noexcept = default;
    Asked& operator=(Asked&& other) noexcept {
      std::swap(listings_, other.listings_);
      std::swap(question_, other.question_);
      std::swap(local_, other.local_);
      return *this;
    }
    ~Asked();

    const Revision& revision() const { return question_->repo.revision; }
    /// Waits for the hub's answer and returns it; may be called once. If several sites share an answer, only the first
    /// listing taken counts its `requests`: the others count only requests of their own.
    Result<hub::Listing> take() &&;

   private:
    friend class Listings;
    Asked(Listings& listings, std::shared_ptr<Question> question, hub::Local local)
        : listings_(&listings), question_(std::move(question)), local_(std::move(local)) {}
    Listings* listings_;
    std::shared_ptr<Question> question_;
    hub::Local local_;  ///< empty if the question has it
  };

  /// Requests the listing of the site's revision. Sites that request the same revision at the same time share the
  /// answer. `local` must own the data that it refers to. A single request is sent only in take(), because a thread
  /// would gain nothing.
  [[nodiscard]] Asked ask(const Site& site, hub::Local local);

  /// Returns true if the caller may request one more listing before it takes the next one.
  bool has_room();

 private:
  static constexpr std::size_t most_ahead = 16;          ///< repos
  static constexpr std::size_t most_names_ahead = 8000;  ///< files and folders of these repos, 1.5 KiB each

  /// A request for the listing of a repo at a revision.
  struct Question {
    enum class State { waiting, asking, answered };
    const hub::Hub* hub;
    RepoRef repo;
    hub::Local local;   ///< empty after the request
    std::size_t names;  ///< number of local files and folders; the hub usually has about as many
    State state = State::waiting;
    std::optional<Result<hub::Listing>> answer = {};
    std::size_t takers = 1;
  };
  using Lock = std::unique_lock<std::mutex>;

  Result<hub::Listing> take(Question& question, const hub::Local& local);
  void leave(Question& question, const Lock& lock);
  Result<hub::Listing> list(const Question& question, const hub::Local& local) noexcept;
  std::shared_ptr<Question> next_waiting();
  void answer(Question& question, Lock& lock);
  void start_thread();
  void work();

  const Environment& environment_;
  http::Connections connections_;
  std::mutex mutex_;  ///< guards the members below
  std::condition_variable can_ask_, is_answered_;
  std::list<std::shared_ptr<Question>> questions_;  ///< not taken yet; in the order of ask()
  std::size_t idle_threads_ = 0;
  bool is_over_ = false;
  Threads threads_;
};

/// Calls prepare(i) and then finish(i, result of prepare(i)) for each i in order. While `listings` has room, calls
/// prepare for later indexes, too, before finish(i): prepare requests the listings. Stops at the first Error of finish,
/// and with ErrorCode::interrupted if the caller cancels (base/cancel.h).
template <class Prepare, class Finish>
Result<void> in_order(Listings& listings, std::size_t count, const Prepare& prepare, const Finish& finish) {
  std::deque<decltype(prepare(std::size_t()))> prepared;
  for (std::size_t i = 0, next = 0; i < count; ++i) {
    for (; next < count && (next == i || listings.has_room()); ++next) prepared.push_back(prepare(next));
    TRY(finish(i, std::move(prepared.front())));
    TRY(check_not_cancelled());
    prepared.pop_front();
  }
  return {};
}

}  // namespace hubcache::adoption
