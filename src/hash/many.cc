#include "hash/many.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <thread>

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
  Crew(std::span<const Job> jobs, DigestCache& cache, const Tell& tell)
      : jobs_(jobs), cache_(cache), tell_(tell), cores_(std::max(1u, std::thread::hardware_concurrency())) {
    batch_.outcomes.resize(jobs.size());
  }

  Batch run() {
    look_up();
    work();
    save();
    return std::move(batch_);
  }

 private:
  /// What is known already is settled here.
  void look_up() {
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      Outcome& outcome = batch_.outcomes[i];
      // What cannot be looked at cannot be read either: the attempt says why.
      outcome.state = jobs_[i].state ? *jobs_[i].state : look_at(jobs_[i].file).value_or(FileState{});
      all_bytes_ += size_of(i);
      if (auto known = cache_.find(outcome.state, jobs_[i].wanted)) {
        outcome.digests = *std::move(known);
        outcome.remembered = true;
        bytes_ += size_of(i);
      } else {
        to_read_.push_back(i);
      }
    }
    // The largest first: else one of them may be left for one core alone in the end.
    std::ranges::stable_sort(to_read_, std::greater(), [&](std::size_t i) { return size_of(i); });
  }

  std::uint64_t size_of(std::size_t index) const { return batch_.outcomes[index].state.stamp.size; }

  void work() {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < std::min<std::size_t>(cores_, to_read_.size()); ++i) workers.emplace_back([this] { read_files(); });
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
    for (std::size_t at = next_++; at < to_read_.size(); at = next_++) {
      read_file(digester, to_read_[at]);
      const std::lock_guard lock(mutex_);
      if (++read_ == to_read_.size()) changed_.notify_all();
    }
  }

  void read_file(FileDigester& digester, std::size_t index) {
    const Cores cores = 2 * (to_read_.size() - read_) <= cores_ ? Cores::idle_ones_too : Cores::one;
    auto done = digester.digest(jobs_[index].file, jobs_[index].wanted, cores, bytes_);
    if (done) cache_.add(*done);
    if (done) batch_.outcomes[index] = {std::move(done->digests), done->state, false};
    else batch_.outcomes[index].digests = std::move(done).error();
  }

  bool wait_for_the_end() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, tell_every, [&] { return read_ == to_read_.size(); });
  }

  void tell() const {
    if (tell_) tell_({bytes_, std::max<std::uint64_t>(all_bytes_, bytes_), jobs_.size() - to_read_.size() + read_, jobs_.size()});
  }

  void save() {
    const auto saved = cache_.save();
    batch_.warning = saved ? "" : saved.error().message;
  }

  std::span<const Job> jobs_;
  DigestCache& cache_;
  const Tell& tell_;
  const unsigned cores_;
  Batch batch_;
  std::vector<std::size_t> to_read_;  ///< indexes of jobs
  std::uint64_t all_bytes_ = 0;
  Counter bytes_ = 0;
  std::atomic<std::size_t> next_ = 0, read_ = 0;  ///< of to_read_
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace

Batch digest_files(std::span<const Job> jobs, DigestCache& cache, const Tell& tell) { return Crew(jobs, cache, tell).run(); }

}  // namespace hubcache::hash
