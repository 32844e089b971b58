#include "adoption/listings.h"

#include <algorithm>
#include <chrono>

#include "base/caught.h"
#include "hub/lfs_pointer.h"

namespace hubcache::adoption {
namespace {

constexpr std::chrono::milliseconds look_every{50};

/// Returns true if the listing has the sizes of all files that are missing locally, as far as a listing can have them.
bool tells_sizes_for(const hub::Local& local, const RemoteTree& tree) {
  return std::ranges::all_of(
      tree.files, [&](const RemoteFile& file) { return hub::is_size_known(tree, file) || local.has(file.path); });
}

bool is_same(const RepoRef& one, const RepoRef& other) {
  return one.type == other.type && one.id == other.id && one.revision == other.revision;
}

}  // namespace

Listings::~Listings() {
  {
    const Lock lock(mutex_);
    is_over_ = true;
  }
  connections_.stop();
  can_ask_.notify_all();
}

Listings::Asked::~Asked() {
  if (!question_) return;
  const Lock lock(listings_->mutex_);
  listings_->leave(*question_, lock);
}

Result<hub::Listing> Listings::Asked::take() && {
  const auto question = std::move(question_);
  return listings_->take(*question, local_);
}

Listings::Asked Listings::ask(const Site& site, hub::Local local) {
  const Lock lock(mutex_);
  const hub::Hub* hub = &site.target->hub;
  const auto known = std::ranges::find_if(
      questions_, [&](const auto& other) { return other->hub == hub && is_same(other->repo, site.repo); });
  if (known != questions_.end()) {
    ++(*known)->takers;
    return Asked(*this, *known, std::move(local));
  }
  const std::size_t names = local.names;
  questions_.push_back(std::make_shared<Question>(hub, site.repo, std::move(local), names));
  if (questions_.size() > 1) {
    if (idle_threads_ == 0) start_thread();
    can_ask_.notify_one();
  }
  return Asked(*this, questions_.back(), {});
}

bool Listings::has_room() {
  const Lock lock(mutex_);
  std::size_t names = 0;
  for (const auto& question : questions_) names += question->names;
  return !questions_.empty() && questions_.size() < most_ahead && names < most_names_ahead;
}

/// Waits for the answer; asks the hub on this thread if no other thread has started to. Asks again if a shared answer
/// lacks sizes that this site needs.
Result<hub::Listing> Listings::take(Question& question, const hub::Local& local) {
  Lock lock(mutex_);
  if (question.state == Question::State::waiting) answer(question, lock);
  const auto is_answered = [&] { return question.state == Question::State::answered; };
  while (!is_answered_.wait_for(lock, look_every, is_answered)) {
    if (!is_cancelled()) continue;
    leave(question, lock);
    return cancelled();
  }
  auto listing = question.takers == 1 ? std::move(*question.answer) : *question.answer;
  if (question.takers > 1 && *question.answer) (*question.answer)->requests = 0;
  leave(question, lock);
  lock.unlock();
  const bool shares = static_cast<bool>(local.has);
  return shares && listing && !tells_sizes_for(local, listing->tree) ? list(question, local) : std::move(listing);
}

void Listings::leave(Question& question, const Lock&) {
  if (--question.takers > 0) return;
  std::erase_if(questions_, [&](const auto& other) { return other.get() == &question; });
  can_ask_.notify_one();
}

Result<hub::Listing> Listings::list(const Question& question, const hub::Local& local) noexcept try {
  return hub::list(*question.hub, connections_, environment_, question.repo, local);
} catch (...) {
  return caught();
}

std::shared_ptr<Listings::Question> Listings::next_waiting() {
  std::size_t begun = 0;
  for (const auto& question : questions_) {
    if (question->state == Question::State::waiting) return begun < most_ahead ? question : nullptr;
    ++begun;
  }
  return nullptr;
}

void Listings::answer(Question& question, Lock& lock) {
  question.state = Question::State::asking;
  lock.unlock();
  auto listing = list(question, question.local);
  question.local = {};
  lock.lock();
  question.answer = std::move(listing);
  question.state = Question::State::answered;
  is_answered_.notify_all();
}

void Listings::start_thread() {
  if (threads_.size() < most_ahead) threads_.start([this] { work(); });
}

void Listings::work() {
  Lock lock(mutex_);
  while (true) {
    ++idle_threads_;
    std::shared_ptr<Question> next;
    can_ask_.wait(lock, [&] { return is_over_ || (next = next_waiting()); });
    --idle_threads_;
    if (is_over_) return;
    answer(*next, lock);
  }
}

}  // namespace hubcache::adoption
