// Gets the listings of many repos from their hubs. It asks ahead, for up to 16 repos at once and on one set of
// connections, and hands the listings out in the order of the caller. Memory is bounded: it asks ahead for fewer repos
// if they are large.
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
#include "base/threads.h"
#include "base/try.h"
#include "hub/hub.h"

namespace hubcache::adoption {

class Listings {
  struct Question;

 public:
  /// The environment has to outlive it.
  explicit Listings(const Environment& environment) : environment_(environment) {}
  Listings(const Listings&) = delete;
  /// Gives up what nobody has taken.
  ~Listings();

  /// A listing that was asked for. The Listings have to outlive it.
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
    /// Waits for the hub. Once. `requests` are those that the hub was asked since the listing was taken last.
    Result<hub::Listing> take() &&;

   private:
    friend class Listings;
    Asked(Listings& listings, std::shared_ptr<Question> question, hub::Local local)
        : listings_(&listings), question_(std::move(question)), local_(std::move(local)) {}
    Listings* listings_;
    std::shared_ptr<Question> question_;
    hub::Local local_;  ///< none where it is the question's own
  };

  /// Asks for the revision of the site's repo. Sites that ask for the same one at the same time share the answer.
  /// `local` has to own what it looks at. A question that is alone waits until it is taken: a thread gains nothing.
  [[nodiscard]] Asked ask(const Site& site, hub::Local local);

  /// Whether it is worth while to ask for more, before what is asked for is taken.
  bool has_room();

 private:
  static constexpr std::size_t most_ahead = 16;          ///< repos
  static constexpr std::size_t most_names_ahead = 8000;  ///< of their files and folders: 1.5 KiB each

  /// A request for the listing of a repo at a revision.
  struct Question {
    enum class State { waiting, asking, answered };
    const hub::Hub* hub;
    RepoRef repo;
    hub::Local local;   ///< until the hub was asked
    std::size_t names;  ///< local ones: as a rule the hub has about as many
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
  std::mutex mutex_;  ///< guards all that follows
  std::condition_variable can_ask_, is_answered_;
  std::list<std::shared_ptr<Question>> questions_;  ///< that somebody will take; in the order of asking
  std::size_t idle_threads_ = 0;
  bool is_over_ = false;
  Threads threads_;
};

/// Calls prepare(i) and then finish(i, what prepare has returned) for each i in order. As far as `listings` have room,
/// more is prepared, and so asked for, before finish(i). The first Error of finish ends it.
template <class Prepare, class Finish>
Result<void> in_order(Listings& listings, std::size_t count, const Prepare& prepare, const Finish& finish) {
  std::deque<decltype(prepare(std::size_t()))> prepared;
  for (std::size_t i = 0, next = 0; i < count; ++i) {
    for (; next < count && (next == i || listings.has_room()); ++next) prepared.push_back(prepare(next));
    TRY(finish(i, std::move(prepared.front())));
    prepared.pop_front();
  }
  return {};
}

}  // namespace hubcache::adoption
