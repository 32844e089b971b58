#include <hubcache/dedupe.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <optional>

#include "base/cancel.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "duplicates/act.h"
#include "duplicates/equal.h"
#include "duplicates/gather.h"
#include "duplicates/link.h"
#include "duplicates/plan.h"
#include "fs/file.h"
#include "fs/lock.h"
#include "record/places.h"

namespace hubcache {
namespace {

using duplicates::Done;
using duplicates::File;
using duplicates::FileName;
using duplicates::Files;
using duplicates::Group;
using duplicates::Plan;
using duplicates::Wholes;

/// Lets only one operation of a user make hard links: another one would take its links for those of a killed process.
Result<fs::Lock> lock(const Environment& environment) {
  const std::filesystem::path folder = record::state_folder(environment);
  TRY(fs::make_own_folder(folder));
  auto held = fs::Lock::acquire(folder / "dedupe.lock");
  if (held || held.error().code != ErrorCode::conflict) return held;
  return Error{ErrorCode::conflict, say("another hubcache dedupe is running"),
               say("run the command again when it has ended")};
}

/// Removes what killed operations have left. Returns true if something was removed.
bool remove_left_over(Files& files) {
  std::vector<std::string> notes;
  for (const FileName& name : files.left_over) {
    std::string note = duplicates::remove_left_over(files, name);
    if (!note.empty()) notes.push_back(std::move(note));
  }
  const bool is_changed = notes.size() < files.left_over.size();
  if (!is_changed) std::ranges::move(notes, std::back_inserter(files.notes));
  return is_changed;
}

class Dedupe {
 public:
  Dedupe(const Environment& environment, const DedupeRequest& request) : environment_(environment), request_(request) {}

  Result<DedupeReport> run() {
    std::optional<fs::Lock> held;
    if (!request_.dry_run) held = TRY(lock(environment_));
    files_ = TRY(duplicates::gather(environment_, request_));
    if (!request_.dry_run && remove_left_over(files_)) files_ = TRY(duplicates::gather(environment_, request_));
    Group all;
    for (std::uint32_t number = 0; number < files_.files.size(); ++number) all.push_back(number);
    begin_report();
    const bool is_plan_seen = request_.dry_run || request_.ask;
    const Group different = TRY(round(all, is_plan_seen ? Wholes::by_digests : Wholes::unless_shared));
    if (!is_plan_seen && !different.empty()) TRY(round(different, Wholes::by_digests));
    std::ranges::stable_sort(report_.groups, std::ranges::greater(), &DuplicateGroup::gain);
    return std::move(report_);
  }

 private:
  void begin_report() {
    report_.dry_run = request_.dry_run;
    report_.hard_links = request_.hard_links;
    report_.files = files_.files.size();
    for (const File& file : files_.files) report_.bytes += file.size();
    report_.notes = std::move(files_.notes);
    if (files_.of_others > 0)
      report_.notes.push_back(say("files of other users were left out: {}, {}", counted(files_.of_others, "file"),
                                  human_size(files_.of_others_bytes)));
    if (request_.dry_run && !files_.left_over.empty())
      report_.notes.push_back(say("an interrupted hubcache dedupe has left {}, which the next one removes",
                                  counted(files_.left_over.size(), "link")));
  }

  /// Finds equal files among some, and lets them share. Returns the files that turned out to be different.
  Result<Group> round(const Group& among, Wholes wholes) {
    duplicates::Equals equals = TRY(duplicates::find_equal(files_, among, wholes, sharing_, cache_, request_.progress));
    const Plan plan = duplicates::make_plan(files_, equals, sharing_, request_.hard_links);
    TRY(check_not_cancelled());
    std::ranges::move(equals.notes, std::back_inserter(report_.notes));
    const std::size_t before = report_.groups.size();
    describe(plan);
    if (request_.dry_run || plan.groups.empty()) return Group{};
    if (request_.ask && !request_.ask(report_))
      return Error{ErrorCode::conflict, say("sharing declined; nothing was changed"), say("answer yes, or add --yes")};
    Group different = settle(plan, duplicates::act(files_, plan, request_.progress), before, wholes);
    TRY(check_not_cancelled());
    return different;
  }

  void describe(const Plan& plan) {
    report_.shared_already += plan.shared_already;
    report_.by_hard_links += plan.by_hard_links;
    report_.not_sharable += plan.not_sharable;
    for (const duplicates::PlannedGroup& group : plan.groups) {
      DuplicateGroup& described = report_.groups.emplace_back();
      described.kept = files_.path_of(files_.files[group.kept]);
      described.size = files_.files[group.kept].size();
      described.sharing = group.sharing;
      described.gain = group.gain();
      for (const duplicates::Step& step : group.steps) described.files.push_back(describe(step));
      report_.to_gain += described.gain;
      report_.duplicates += described.files.size();
    }
  }

  Duplicate describe(const duplicates::Step& step) const {
    const File& file = files_.files[step.file];
    Duplicate duplicate{.name = files_.path_of(file), .gain = step.gain};
    for (std::size_t i = 1; i < file.names.size(); ++i) duplicate.other_names.push_back(files_.path_of(file.names[i]));
    return duplicate;
  }

  /// Notes the outcomes of a plan whose first group is the report's group `first`. Files that were only taken for equal
  /// leave the report, and are returned.
  Group settle(const Plan& plan, const std::vector<std::vector<Done>>& done, std::size_t first, Wholes wholes) {
    Group different;
    for (std::size_t group = 0; group < done.size(); ++group) {
      DuplicateGroup& described = report_.groups[first + group];
      std::vector<Duplicate> files;
      for (std::size_t step = 0; step < done[group].size(); ++step) {
        const Done& outcome = done[group][step];
        Duplicate& file = described.files[step];
        file.state = outcome.state;
        file.why = outcome.why;
        report_.gained += outcome.gained;
        if (file.state == DuplicateState::left) {
          described.gain -= file.gain;
          --report_.duplicates;
        }
        if (outcome.is_different && wholes == Wholes::unless_shared) {
          report_.to_gain -= file.gain;
          different.push_back(plan.groups[group].steps[step].file);
        } else {
          files.push_back(std::move(file));
        }
      }
      described.files = std::move(files);
    }
    std::erase_if(report_.groups, [](const DuplicateGroup& group) { return group.files.empty(); });
    return different;
  }

  const Environment& environment_;
  const DedupeRequest& request_;
  Files files_;
  duplicates::BlockSharing sharing_{files_};
  hash::DigestCache cache_{hash::DigestCache::folder(environment_)};
  DedupeReport report_;
};

}  // namespace

std::string_view name_of(Sharing sharing) { return sharing == Sharing::blocks ? "blocks" : "hardlink"; }

std::string_view name_of(DuplicateState state) {
  switch (state) {
    case DuplicateState::planned: return "planned";
    case DuplicateState::shared: return "shared";
    case DuplicateState::left: return "left";
  }
  return "";
}

Result<DedupeReport> dedupe(const Environment& environment, const DedupeRequest& request) try {
  return Dedupe(environment, request).run();
} catch (...) {
  return caught();
}

}  // namespace hubcache
