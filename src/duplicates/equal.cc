#include "duplicates/equal.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <tuple>

#include "base/cancel.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/many_jobs.h"
#include "base/text.h"
#include "base/threads.h"
#include "base/try.h"
#include "duplicates/split.h"

namespace hubcache::duplicates {
namespace {

constexpr DigestKinds by_sha256{.sha256 = true}, by_xxh3{.xxh3 = true};

/// Calls the function for each file, on all cores.
template <class Function>
Result<void> for_all(const Group& numbers, Function function) {
  constexpr std::size_t block = 16;  // files
  const std::size_t blocks = (numbers.size() + block - 1) / block;
  return do_many(blocks, usable_cores(), [&](std::size_t at) -> Result<void> {
    try {
      const std::size_t end = std::min(numbers.size(), (at + 1) * block);
      for (std::size_t i = at * block; i < end; ++i) function(numbers[i]);
      return {};
    } catch (...) {  // an exception must not leave a thread
      return caught();
    }
  });
}

class Finder {
 public:
  Finder(const Files& files, Wholes wholes, BlockSharing& sharing, hash::DigestCache& cache, const hash::Tell& tell)
      : files_(files),
        wholes_(wholes),
        sharing_(sharing),
        cache_(cache),
        tell_(tell),
        blocks_(files.files.size()),
        ends_(files.files.size()) {}

  Result<Equals> run(const Group& among) {
    const auto by_size = split(among, [&](std::uint32_t number) {
      const File& file = files_.files[number];
      return std::pair(file.state.device, file.size());
    });
    TRY(look_at_blocks(by_size));
    std::vector<Group> unread;
    for (const Group& group : by_size) sort_by_blocks(group, unread);
    TRY(look_at_ends(unread));
    std::vector<Group> similar;
    for (const Group& group : unread) {
      if (is_known(group)) similar.push_back(group);
      else
        std::ranges::move(split(group, [&](std::uint32_t number) { return ends_[number]; }),
                          std::back_inserter(similar));
    }
    std::erase_if(similar, [&](const Group& group) { return leaves_to_kernel(group); });
    TRY(compare_wholes(similar));
    add_shared();
    std::ranges::sort(equals_.sets, {}, [](const EqualFiles& set) { return set.by_blocks.front().front(); });
    return std::move(equals_);
  }

 private:
  Result<void> look_at_blocks(const std::vector<Group>& groups) {
    return for_all(joined(groups),
                   [&](std::uint32_t number) { blocks_[number] = blocks_of(files_, files_.files[number]); });
  }

  /// Adds the files to read to `unread`. Adds only the first of files that share all blocks.
  void sort_by_blocks(const Group& group, std::vector<Group>& unread) {
    Group firsts, with_blocks;
    for (const std::uint32_t number : group) (blocks_[number] ? with_blocks : firsts).push_back(number);
    for (Group& same : split(with_blocks, [&](std::uint32_t number) { return *blocks_[number]; }, 1)) {
      firsts.push_back(same.front());
      twins_.emplace(same.front(), std::move(same));
    }
    std::ranges::sort(firsts);
    if (firsts.size() > 1) unread.push_back(std::move(firsts));
  }

  Result<void> look_at_ends(const std::vector<Group>& groups) {
    std::vector<Group> unknown;
    for (const Group& group : groups) {
      if (!is_known(group)) unknown.push_back(group);
    }
    return for_all(joined(unknown), [&](std::uint32_t number) {
      const File& file = files_.files[number];
      if (file.size() > both_ends || wholes_ == Wholes::unless_shared) ends_[number] = ends_of(files_, file);
    });
  }

  bool knows(const Group& group, DigestKinds kinds) const {
    return std::ranges::all_of(
        group, [&](std::uint32_t number) { return cache_.find(files_.files[number].state, kinds).has_value(); });
  }
  bool is_known(const Group& group) const { return knows(group, by_sha256) || knows(group, by_xxh3); }

  /// Takes files with the same ends for equal if the kernel will compare them. Returns false for other files.
  bool leaves_to_kernel(const Group& group) {
    const bool leaves =
        wholes_ == Wholes::unless_shared && !is_known(group) && ends_[group.front()] && sharing_.can_share(group);
    if (leaves) add_set(group);
    return leaves;
  }

  Result<void> compare_wholes(const std::vector<Group>& groups) {
    const Group numbers = joined(groups);
    std::vector<DigestKinds> kinds;
    for (const Group& group : groups)
      kinds.insert(kinds.end(), group.size(), knows(group, by_sha256) ? by_sha256 : by_xxh3);
    digests_.resize(files_.files.size());
    const auto job = [&](std::size_t at) { return hash::Job{kinds[at], files_.files[numbers[at]].state}; };
    const auto name = [&](std::size_t at) { return files_.path_of(files_.files[numbers[at]]); };
    const auto done = [&](std::size_t at, const hash::Outcome& outcome) { settle(numbers[at], outcome); };
    const std::string warning = hash::digest_files({numbers.size(), job, name, done}, cache_, tell_);
    TRY(check_not_cancelled());
    if (!warning.empty()) equals_.notes.push_back(warning);
    for (const Group& group : groups) add_sets(group);
    return {};
  }

  /// Called by several threads, for different files. A file in another state than that found is left out.
  void settle(std::uint32_t number, const hash::Outcome& outcome) {
    if (!outcome.digests) {
      const std::lock_guard lock(mutex_);
      equals_.notes.push_back(outcome.digests.error().message);
      return;
    }
    if (outcome.state != files_.files[number].state) {
      const std::lock_guard lock(mutex_);
      equals_.notes.push_back(
          say("{} has changed meanwhile", in_quotes(files_.path_of(files_.files[number]).native())));
      return;
    }
    const Digests& digests = *outcome.digests;
    std::string& digest = digests_[number];
    if (digests.sha256) digest.assign(digests.sha256->bytes.begin(), digests.sha256->bytes.end());
    else if (digests.xxh3) digest.assign(digests.xxh3->bytes.begin(), digests.xxh3->bytes.end());
  }

  void add_sets(const Group& group) {
    Group read;
    for (const std::uint32_t number : group) {
      if (!digests_[number].empty()) read.push_back(number);
    }
    for (const Group& same : split(read, [&](std::uint32_t number) { return digests_[number]; })) add_set(same);
  }

  void add_set(const Group& same) {
    EqualFiles set;
    for (const std::uint32_t number : same) {
      const auto twins = twins_.find(number);
      set.by_blocks.push_back(twins == twins_.end() ? Group{number} : std::move(twins->second));
      if (twins != twins_.end()) twins_.erase(twins);
    }
    equals_.sets.push_back(std::move(set));
  }

  /// Adds the files that share their blocks with each other, and equal no other file.
  void add_shared() {
    for (auto& [first, same] : twins_) {
      if (same.size() > 1) equals_.sets.push_back({{std::move(same)}});
    }
  }

  static Group joined(const std::vector<Group>& groups) {
    Group all;
    for (const Group& group : groups) all.insert(all.end(), group.begin(), group.end());
    return all;
  }

  const Files& files_;
  const Wholes wholes_;
  BlockSharing& sharing_;
  hash::DigestCache& cache_;
  const hash::Tell& tell_;
  std::vector<std::optional<Mark>> blocks_, ends_;  ///< by file
  std::vector<std::string> digests_;                ///< by file
  std::map<std::uint32_t, Group> twins_;            ///< the files with the same blocks, by the first of them
  std::mutex mutex_;
  Equals equals_;
};

}  // namespace

Result<Equals> find_equal(const Files& files, const Group& among, Wholes wholes, BlockSharing& sharing,
                          hash::DigestCache& cache, const hash::Tell& tell) {
  return Finder(files, wholes, sharing, cache, tell).run(among);
}

}  // namespace hubcache::duplicates
