#include "adoption/plan.h"

#include <algorithm>
#include <set>
#include <utility>

#include "adoption/link_choice.h"
#include "adoption/link_counts.h"
#include "adoption/missing.h"
#include "adoption/plan_entries.h"
#include "adoption/plan_metadata.h"
#include "adoption/wanted.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::adoption {
namespace {

using record::Record;

/// Builds the plan; each step uses the results of the steps before it.
class Planner {
 public:
  Planner(const PlanInput& input, LinkChoice links, const RemoteTree* remote)
      : input_(input),
        links_(std::move(links)),
        remote_(remote),
        version_(remote ? remote->version : input.target.rules.version_in(input.view, input.repo)),
        facts_{input.repo.revision, version_, remote_} {
    if (input.previous) plan_.next = *input.previous;
  }

  Result<Plan> make(const LocalTree& local) {
    write_header();
    list_missing(local);
    TRY(check_complete());
    WantedFiles wanted = TRY(wanted_files(input_, facts_, revision_, local));
    AdoptReport& report = plan_.report;
    report.files = wanted.current;
    report.unread = std::move(wanted.unread);
    std::ranges::move(wanted.warnings, std::back_inserter(report.warnings));
    TRY(plan_entries(input_, links_, facts_, revision_, std::exchange(wanted.files, {}), plan_));
    plan_metadata(input_, facts_, revision_, plan_);
    plan_.link_order = links_.order();
    report_links(count_placed(plan_.next, plan_.to_place), report);
    return std::move(plan_);
  }

 private:
  void write_header() {
    Record& next = plan_.next;
    if (!input_.previous || !input_.previous->unreleased.empty()) begin_record(next);
    next.target = input_.target.name;
    next.type = input_.repo.type;
    next.repo_id = input_.repo.id.str();
    next.folder_before = folder_before();
    next.folder = input_.request.folder;
    next.folder_id = input_.folder_id;
    next.in_place = input_.in_place;
    next.pin = input_.request.pin && input_.target.rules.can_pin();
    next.link = input_.request.link;
    next.include = input_.request.include;
    next.exclude = input_.request.exclude;
    set_revision(version_);
    AdoptReport& report = plan_.report;
    report.repo_id = next.repo_id;
    report.target = next.target;
    report.revision = input_.repo.revision.str();
    report.type = next.type;
    report.folder = next.folder;
    report.place = input_.view.place.root;
    report.in_place = next.in_place;
    report.pin = next.pin;
    report.dry_run = input_.request.dry_run;
    report.asked_hub = remote_ != nullptr;
  }

  /// Starts the record. Lists in `stayed` every file of the place that is not an entry: it belongs to the client, also
  /// after an incomplete release.
  void begin_record(Record& next) const {
    next.adopted_at = input_.now;
    next.place_existed = input_.found.has_place && input_.view.root_exists && !input_.view.root_is_link;
    next.made_above = input_.found.missing_above;
    next.folders_before.clear();
    next.unreleased.clear();
    next.stayed.clear();
    for (const auto& file : input_.view.files) {
      if (file.kind != fs::Kind::folder && !next.find(file.path)) next.stayed.push_back(file.path);
    }
  }

  /// Returns the folder of the previous adoption's entries if it is another folder, or if another folder has its path
  /// now; else "".
  std::filesystem::path folder_before() const {
    if (!input_.previous) return {};
    const Record& previous = *input_.previous;
    if (!previous.folder_before.empty()) return previous.folder_before;
    const bool is_same = previous.folder == input_.request.folder && previous.folder_id == input_.folder_id;
    return is_same ? std::filesystem::path() : previous.folder;
  }

  void set_revision(const std::string& version) {
    auto& revisions = plan_.next.revisions;
    const auto found = std::ranges::find(revisions, input_.repo.revision.str(), &record::AdoptedRevision::name);
    revision_ = static_cast<std::uint16_t>(found - revisions.begin());
    if (found == revisions.end()) revisions.push_back({input_.repo.revision.str(), version, {}});
    else if (!version.empty()) found->version = version;
    if (!input_.hub.empty()) revisions[revision_].hub = input_.hub;
    if (remote_) revisions[revision_].is_default = revisions[revision_].name == remote_->default_branch;
  }

  /// Lists the files that the client will still download. Judges the present place without the files that are about to
  /// leave it.
  void list_missing(const LocalTree& local) {
    if (!remote_) return;
    auto& hub_only = plan_.next.revisions[revision_].hub_only;
    hub_only.clear();
    for (const RemoteFile& file : remote_->files) {
      const bool is_here = local.find(file.path.str()) != nullptr;
      if (is_here && !input_.settings.hash_validation) continue;  // else the client rejects the adopted file
      if (is_here) rejected_.insert(file.path.str());
      if (!file.is_file) no_files_.insert(file.path.str());
      const auto location = input_.target.layout.location(file.path, facts_);
      const record::Entry* entry = location && input_.previous ? input_.previous->find(location->str()) : nullptr;
      const bool is_adopted = entry && !is_left_to_client(input_, facts_, *entry);
      if (is_adopted && local.find_left_out(file.path.str())) continue;
      if (file.is_file && file.is_listed && !is_here) hub_only.push_back(file.path.str());
      auto missing = missing_file({input_.target, input_.view, facts_, input_.settings}, file,
                                  location ? &*location : nullptr, is_adopted);
      if (missing) plan_.report.missing.push_back(*std::move(missing));
    }
  }

  Result<void> check_complete() const {
    auto missing = plan_.report.missing;  // without submodules, which no folder can contain as the client stores them
    std::erase_if(missing, [&](const MissingFile& file) {
      return no_files_.contains(file.path) || rejected_.contains(file.path);
    });
    if (!input_.request.require_complete || missing.empty()) return {};
    std::string names;
    for (std::size_t i = 0; i < missing.size() && i < 10; ++i) {
      names += (i ? ", " : "") + in_quotes(missing[i].path) + " (" + human_size(missing[i].size) + ")";
    }
    if (missing.size() > 10) names += ", …";
    return Error{ErrorCode::difference,
                 say("{} lacks {} that the hub has: {}", in_quotes(plan_.next.folder.native()),
                     counted(missing.size(), "file"), names),
                 say("add the files to the folder, or omit --require-complete to let the client download them")};
  }

  const PlanInput& input_;
  LinkChoice links_;
  const RemoteTree* remote_;
  std::string version_;
  hub::RevisionFacts facts_;
  Plan plan_;
  std::uint16_t revision_ = 0;
  std::set<std::string> no_files_;  ///< names that the hub lists and that no folder can contain
  std::set<std::string> rejected_;  ///< names of files in the folder that the client rejects all the same
};

}  // namespace

Result<Plan> make_plan(const PlanInput& input, const LocalTree& local, const RemoteTree* remote) {
  const LinkQuestion question{input.target, input.request, input.view.place.root, input.links, local, input.in_place};
  auto links = LinkChoice::make(question);
  if (!links && (!input.previous || input.in_place)) return links.error();
  Plan plan = TRY(Planner(input, links ? *links : LinkChoice::unchecked(question), remote).make(local));
  // The unavailable kind of link matters only if a file has to be placed.
  if (!links && !plan.to_place.empty()) return links.error();
  return plan;
}

}  // namespace hubcache::adoption
