#include "hash/many.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <thread>
#include <vector>

#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"

namespace hubcache::hash {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds tell_every{100}, save_every{1000};

Result<FileState> look_at(const std::filesystem::path& file) {
  const fs::Status status = TRY(fs::status_of_target(file));
  return FileState{status.device, status.stamp};
}

/// The workers, and the thread that waits for them.
class Crew {
 public:
  Crew(const Work& work, DigestCache& cache, const Tell& tell)
      : work_(work), cache_(cache), tell_(tell), cores_(std::max(1u, std::thread::hardware_concurrency())) {}

  std::string run() {
    look_up();
    read_all();
    save();
    return std::move(warning_);
  }

 private:
  struct Unread {
    std::size_t number;
    std::uint64_t size;
  };

  /// What is known already is done here.
  void look_up() {
    for (std::size_t number = 0; number < work_.count; ++number) {
      const Job job = work_.job(number);
      // What cannot be looked at cannot be read either: the attempt says why.
      const FileState state = job.state ? *job.state : look_at(work_.name(number)).value_or(FileState{});
      all_bytes_ += state.stamp.size;
      auto known = cache_.find(state, job.wanted);
      if (!known) {
        unread_.push_back({number, state.stamp.size});
        continue;
      }
      bytes_ += state.stamp.size;
      work_.done(number, {*std::move(known), state, true});
    }
    // The largest first: else one of them may be left for one core alone in the end.
    std::ranges::stable_sort(unread_, std::greater(), &Unread::size);
  }

  void read_all() {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < std::min<std::size_t>(cores_, unread_.size()); ++i) workers.emplace_back([this] { read_files(); });
    for (auto next_save = steady_clock::now() + save_every; !wait_for_the_end();) {
      tell();
      if (steady_clock::now() < next_save) continue;
      save();
      next_save = steady_clock::now() + save_every;
    }
    tell();
  }

  void read_files() {
    FileDigester digester;
    for (std::size_t at = next_++; at < unread_.size(); at = next_++) {
      read_file(digester, unread_[at].number);
      if (++read_ < unread_.size()) continue;
      const std::lock_guard lock(mutex_);  // else it may come between the waiting thread's look and its sleep
      changed_.notify_all();
    }
  }

  void read_file(FileDigester& digester, std::size_t number) {
    const Cores cores = 2 * (unread_.size() - read_) <= cores_ ? Cores::idle_ones_too : Cores::one;
    auto digested = digester.digest(work_.name(number), work_.job(number).wanted, cores, bytes_);
    if (!digested) return work_.done(number, {std::move(digested).error(), {}, false});
    cache_.add(*digested);
    work_.done(number, {std::move(digested->digests), digested->state, false});
  }

  bool wait_for_the_end() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, tell_every, [&] { return read_ == unread_.size(); });
  }

  void tell() const {
    if (tell_) tell_({bytes_, std::max<std::uint64_t>(all_bytes_, bytes_), work_.count - unread_.size() + read_, work_.count});
  }

  void save() {
    const auto saved = cache_.save();
    warning_ = saved ? "" : "what was hashed is not remembered: " + saved.error().message;
  }

  const Work& work_;
  DigestCache& cache_;
  const Tell& tell_;
  const unsigned cores_;
  std::string warning_;
  std::vector<Unread> unread_;
  std::uint64_t all_bytes_ = 0;
  Counter bytes_ = 0;
  std::atomic<std::size_t> next_ = 0, read_ = 0;  ///< of unread_
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace

std::string digest_files(const Work& work, DigestCache& cache, const Tell& tell) { return Crew(work, cache, tell).run(); }

}  // namespace hubcache::hash
