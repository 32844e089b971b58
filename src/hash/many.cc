#include "hash/many.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <vector>

#include "base/cancel.h"
#include "base/language.h"
#include "base/text.h"
#include "base/threads.h"
#include "base/try.h"
#include "fs/file.h"

namespace hubcache::hash {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_every{50}, tell_every{100}, save_every{1000};

std::string not_used(const Error& failure) {
  return say("hubcache does not use the digest cache: {}{}", failure.message,
             (failure.hint.empty() ? "" : ": " + failure.hint));
}

Result<FileState> look_at(const std::filesystem::path& file) {
  const fs::Status status = TRY(fs::status_of_target(file));
  return FileState{status.device, status.stamp};
}

/// Runs the worker threads, and waits for them.
class FileHashingRun {
 public:
  FileHashingRun(const Work& work, DigestCache& cache, const Tell& tell)
      : work_(work), cache_(cache), tell_(tell), cores_(usable_cores()) {}

  std::string run() {
    look_up();
    read_all();
    save();
    if (const auto failure = cache_.take_load_failure()) warning_ = not_used(*failure);
    return std::move(warning_);
  }

 private:
  struct Unread {
    std::size_t number;
    std::uint64_t size, inode;
  };

  /// Finishes the files that the cache knows, and sorts the others.
  void look_up() {
    for (std::size_t number = 0; number < work_.count && !is_cancelled(); ++number) {
      const Job job = work_.job(number);
      // If the state cannot be read, reading the file will fail too, and that Error says why.
      const FileState state = state_of(number, job);
      auto known = cache_.find(state, job.wanted);
      if (known) work_.done(number, {*std::move(known), state, true});
      else unread_.push_back({number, state.stamp.size, state.stamp.inode});
    }
    // The largest files come first: otherwise one of them could be the last, hashed by one core only. The names of one
    // file are adjacent.
    std::ranges::stable_sort(unread_, [](const Unread& a, const Unread& b) {
      return a.size != b.size ? a.size > b.size : a.inode < b.inode;
    });
    for (std::size_t at = 0; at < unread_.size(); ++at) all_bytes_ += is_further_name(at) ? 0 : unread_[at].size;
  }

  FileState state_of(std::size_t number, const Job& job) const {
    return job.state ? *job.state : look_at(work_.name(number)).value_or(FileState{});
  }

  /// Whether this is probably another name of the previous file: both have the same inode and size.
  bool is_further_name(std::size_t at) const {
    return at > 0 && unread_[at].size == unread_[at - 1].size && unread_[at].inode == unread_[at - 1].inode;
  }

  void read_all() {
    Threads workers;
    const auto wanted = std::min<std::size_t>(cores_, unread_.size());
    while (workers.size() < wanted && workers.start([this] { work(); })) continue;
    if (workers.size() == 0) read_files([this] { look_after(); });
    while (!wait_for_the_end()) look_after();
    tell();
  }

  void work() {
    const CancelScope scope([this] { return is_stopped_.load(); });
    read_files([] {});
  }

  void look_after() {
    is_stopped_ = is_cancelled();
    const auto now = steady_clock::now();
    if (now >= next_tell_) {
      tell();
      next_tell_ = now + tell_every;
    }
    if (now < next_save_) return;
    save();
    next_save_ = now + save_every;
  }

  /// Hashes files until none is left, on a worker thread; on this thread if there are no workers. Calls `then` after
  /// each file. After a cancellation, skips the files that are left.
  template <class Then>
  void read_files(Then then) {
    FileDigester digester;
    for (std::size_t at = next_++; at < unread_.size(); at = next_++) {
      if (is_further_name(at)) continue;
      std::size_t end = at + 1;
      while (end < unread_.size() && is_further_name(end)) ++end;
      if (!is_cancelled()) read_names(digester, at, end);
      read_ += end - at;
      then();
      if (read_ < unread_.size()) continue;
      const std::lock_guard lock(mutex_);  // else the waiting thread could miss the notification
      changed_.notify_all();
    }
  }

  /// Digests the names of one file, hard links or symlinks to it, by reading the file once.
  void read_names(FileDigester& digester, std::size_t first, std::size_t end) {
    const std::size_t left = unread_.size() - read_ - (end - first - 1);
    const Cores cores = 2 * left <= cores_ ? Cores::idle_ones_too : Cores::one;
    const auto digested = read_file(digester, unread_[first].number, cores);
    for (std::size_t at = first + 1; at < end; ++at) {
      const std::size_t number = unread_[at].number;
      const Job job = work_.job(number);
      const bool is_known =
          digested && has_all(digested->digests, job.wanted) && state_of(number, job) == digested->state;
      if (is_known) work_.done(number, {digested->digests, digested->state, false});
      else read_file(digester, number, cores);
    }
  }

  std::optional<Digested> read_file(FileDigester& digester, std::size_t number, Cores cores) {
    const Job job = work_.job(number);
    auto digested = digester.digest(work_.name(number), job.wanted, cores, bytes_, job.state);
    if (!digested) {
      work_.done(number, {std::move(digested).error(), {}, false});
      return std::nullopt;
    }
    cache_.add(*digested);
    work_.done(number, {digested->digests, digested->state, false});
    return *std::move(digested);
  }

  bool wait_for_the_end() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, look_every, [&] { return read_ == unread_.size(); });
  }

  void tell() const {
    if (tell_)
      tell_({bytes_, std::max<std::uint64_t>(all_bytes_, bytes_), work_.count - unread_.size() + read_, work_.count});
  }

  void save() {
    const auto saved = cache_.save();
    warning_ = saved ? "" : say("hubcache cannot save the digests: {}", saved.error().message);
  }

  const Work& work_;
  DigestCache& cache_;
  const Tell& tell_;
  const unsigned cores_;
  std::string warning_;
  std::vector<Unread> unread_;
  std::uint64_t all_bytes_ = 0;
  Counter bytes_ = 0;
  std::atomic<std::size_t> next_ = 0, read_ = 0;  ///< indexes into unread_
  std::atomic<bool> is_stopped_ = false;          ///< for the workers: the caller has cancelled
  steady_clock::time_point next_tell_ = steady_clock::now(), next_save_ = next_tell_ + save_every;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace

std::string digest_files(const Work& work, DigestCache& cache, const Tell& tell) {
  return FileHashingRun(work, cache, tell).run();
}

}  // namespace hubcache::hash
