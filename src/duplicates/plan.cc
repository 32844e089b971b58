#include "duplicates/plan.h"

#include <algorithm>

#include "fs/extents.h"

namespace hubcache::duplicates {
namespace {

std::uint64_t occupied(const File& file) { return std::min(file.disk_size, file.size()); }

/// Returns one file of each group.
Group first_files(const EqualFiles& set) {
  Group firsts;
  for (const Group& group : set.by_blocks) firsts.push_back(group.front());
  return firsts;
}

class Planner {
 public:
  Planner(const Files& files, BlockSharing& sharing, bool hard_links)
      : files_(files), sharing_(sharing), hard_links_(hard_links) {}

  Plan run(const Equals& equals) {
    for (const EqualFiles& set : equals.sets) add(set);
    std::ranges::stable_sort(plan_.groups, std::ranges::greater(), &PlannedGroup::gain);
    return std::move(plan_);
  }

 private:
  void add(const EqualFiles& set) {
    const bool by_blocks = set.by_blocks.size() == 1 || sharing_.can_share(first_files(set));
    std::vector<EqualFile> equal;
    for (std::uint32_t blocks = 0; blocks < set.by_blocks.size(); ++blocks) {
      for (const std::uint32_t number : set.by_blocks[blocks]) equal.push_back(describe(number, blocks, by_blocks));
    }
    const Choices choices = choose(equal, by_blocks, hard_links_);
    for (const std::uint32_t number : choices.shared) plan_.shared_already += occupied(files_.files[number]);
    plan_.by_hard_links += choices.by_hard_links;
    plan_.not_sharable += choices.not_sharable;
    for (const Choice& choice : choices.choices) add(choice);
  }

  EqualFile describe(std::uint32_t number, std::uint32_t blocks, bool by_blocks) const {
    const File& file = files_.files[number];
    EqualFile equal{number, blocks, file.state.stamp.mtime, occupied(file)};
    if (by_blocks || !file.may_be_linked()) return equal;
    if (const auto opened = open_unchanged(files_, file, file.names.front()))
      equal.attributes = attributes_of(opened->file.get());
    return equal;
  }

  void add(const Choice& choice) {
    PlannedGroup group{choice.kept, {}, choice.sharing};
    const std::vector<fs::Extent> kept = extents(choice.kept, choice.sharing);
    for (const std::uint32_t number : choice.others) {
      const std::uint64_t all = occupied(files_.files[number]);
      const std::uint64_t common =
          fs::bytes_in_common(kept, extents(number, choice.sharing), files_.files[number].size());
      const std::uint64_t gain = all - std::min(all, common);
      plan_.shared_already += all - gain;
      if (gain >= smallest) group.steps.push_back({number, gain});
    }
    if (!group.steps.empty()) plan_.groups.push_back(std::move(group));
  }

  std::vector<fs::Extent> extents(std::uint32_t number, Sharing sharing) const {
    if (sharing != Sharing::blocks) return {};
    const File& file = files_.files[number];
    const auto opened = open_unchanged(files_, file, file.names.front());
    return opened ? fs::extents_of(opened->file.get()) : std::vector<fs::Extent>();
  }

  const Files& files_;
  BlockSharing& sharing_;
  const bool hard_links_;
  Plan plan_;
};

}  // namespace

std::uint64_t PlannedGroup::gain() const {
  std::uint64_t sum = 0;
  for (const Step& step : steps) sum += step.gain;
  return sum;
}

Plan make_plan(const Files& files, const Equals& equals, BlockSharing& sharing, bool hard_links) {
  return Planner(files, sharing, hard_links).run(equals);
}

}  // namespace hubcache::duplicates
