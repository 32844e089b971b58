#include "duplicates/act.h"

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "base/cancel.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/many_jobs.h"
#include "base/text.h"
#include "base/threads.h"
#include "duplicates/link.h"
#include "duplicates/look.h"
#include "fs/lease.h"
#include "fs/share_blocks.h"
#include "fs/system_error.h"

namespace hubcache::duplicates {
namespace {

/// Whether a program has the file open for writing. The kernel compares the bytes of a file that is being written
/// safely; but the program would write the blocks anew.
bool is_being_written(int file) { return fs::Lease(file).outcome() == fs::Lease::Outcome::refused; }

Done done_with(const fs::Shared& shared, const Step& step, std::uint64_t size, const std::string& name) {
  if (shared.is_different) {
    Done done = left(say("{} has changed meanwhile", in_quotes(name)));
    done.is_different = true;
    return done;
  }
  if (shared.failure != 0)
    return left(fs::system_error(shared.failure, say("share the blocks of {}", in_quotes(name))).message);
  if (size - shared.bytes < smallest) return {DuplicateState::shared, step.gain};
  // Cancelled in between: a part is shared, and the next operation shares the rest.
  return {DuplicateState::planned, step.gain - std::min(step.gain, size - shared.bytes)};
}

class Actor {
 public:
  Actor(const Files& files, const Plan& plan, const std::function<void(const Progress&)>& progress)
      : files_(files), plan_(plan), progress_(progress) {}

  std::vector<std::vector<Done>> run() {
    for (const PlannedGroup& group : plan_.groups) {
      done_.emplace_back(group.steps.size());
      for (std::size_t step = 0; step < group.steps.size(); ++step) {
        jobs_.emplace_back(done_.size() - 1, step);
        all_bytes_ += files_.files[group.kept].size();
      }
    }
    const auto job = [&](std::size_t number) -> Result<void> {
      try {
        const auto [group, step] = jobs_[number];
        if (!is_stopped_) done_[group][step] = take(plan_.groups[group], plan_.groups[group].steps[step]);
        ++taken_;
        return {};
      } catch (...) {  // an exception must not leave a thread
        return caught();
      }
    };
    const auto tell = [&] -> Result<void> {
      if (progress_) progress_({bytes_, all_bytes_, taken_, jobs_.size()});
      return {};
    };
    // The Error of a cancellation says nothing new: the steps that are left stay planned.
    static_cast<void>(do_many(jobs_.size(), usable_cores(), job, {.tell = tell, .stop = [&] { is_stopped_ = true; }}));
    return std::move(done_);
  }

 private:
  Done take(const PlannedGroup& group, const Step& step) {
    const File &kept = files_.files[group.kept], &file = files_.files[step.file];
    Done done = group.sharing == Sharing::blocks ? share(kept, file, step) : link(files_, kept, file, step.gain);
    if (group.sharing == Sharing::hard_link) bytes_ += file.size();
    return done;
  }

  Done share(const File& kept, const File& file, const Step& step) {
    const auto original = open_unchanged(files_, kept, kept.names.front());
    if (!original) return left(original.error().message);
    const auto twin = open_unchanged(files_, file, file.names.front());
    if (!twin) return left(twin.error().message);
    const std::string name = files_.path_of(file).native();
    if (is_being_written(twin->file.get())) return left(say("a program is writing to {}", in_quotes(name)));
    std::uint64_t counted = 0;
    const auto goes_on = [&](std::uint64_t bytes) {
      bytes_ += bytes - counted;
      counted = bytes;
      return !is_stopped_;
    };
    const fs::Shared shared = fs::share_blocks(original->file.get(), twin->file.get(), file.size(), goes_on);
    bytes_ += file.size() - counted;
    return done_with(shared, step, file.size(), name);
  }

  const Files& files_;
  const Plan& plan_;
  const std::function<void(const Progress&)>& progress_;
  std::vector<std::pair<std::size_t, std::size_t>> jobs_;  ///< group and step
  std::vector<std::vector<Done>> done_;
  std::uint64_t all_bytes_ = 0;
  std::atomic<std::uint64_t> bytes_ = 0, taken_ = 0;
  std::atomic<bool> is_stopped_ = false;
};

}  // namespace

std::vector<std::vector<Done>> act(const Files& files, const Plan& plan,
                                   const std::function<void(const Progress&)>& progress) {
  return Actor(files, plan, progress).run();
}

}  // namespace hubcache::duplicates
