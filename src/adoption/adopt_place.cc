#include "adoption/adopt_place.h"

#include <algorithm>

#include "adoption/adopt_checks.h"
#include "adoption/adopt_warnings.h"
#include "adoption/apply.h"
#include "adoption/clashes.h"
#include "adoption/displaced_files.h"
#include "adoption/foreign.h"
#include "adoption/gather.h"
#include "adoption/link_counts.h"
#include "adoption/link_facts.h"
#include "adoption/made_folders.h"
#include "adoption/match.h"
#include "adoption/missing.h"
#include "adoption/mount_points.h"
#include "adoption/other_adoptions.h"
#include "adoption/overlap.h"
#include "adoption/plan.h"
#include "adoption/put_by_client.h"
#include "adoption/recover.h"
#include "adoption/release_place.h"
#include "adoption/renewed_stamps.h"
#include "base/cancel.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/hub.h"
#include "record/places.h"

namespace hubcache::adoption {
namespace {

using record::Record;
using std::filesystem::path;

/// Separates the local files that clash with the hub's files; nullopt if none does. Without a listing, compares with
/// the recorded hub files that the folder lacked.
std::optional<SortedOut> sort_out(const PlaceJob& job, const std::optional<record::Record>& previous,
                                  const RemoteTree* remote) {
  if (remote) return without_clashes(job.local, *remote);
  const auto* adopted = previous ? previous->revision(job.site.repo.revision.str()) : nullptr;
  return adopted ? without_clashes(job.local, adopted->hub_only) : std::nullopt;
}

/// Removes the place from the list of known places. Adds overlapping adoptions to the list again: this adoption has
/// overwritten the list's entry for a place with the same folder.
void forget_withdrawn(const Environment& environment, const Site& site) {
  static_cast<void>(record::forget(environment, site.place.root));
  for (const Site& other : overlapping_adoptions(environment, site, record::Trust::own))
    static_cast<void>(record::remember(environment, known_place(other)));
}

/// Adds to the report what apply() did.
void report_applied(Applied applied, AdoptReport& report) {
  report_links(applied.links, report);
  std::ranges::move(applied.warnings, std::back_inserter(report.warnings));
  std::ranges::move(applied.kept, std::back_inserter(report.kept));
  report.displaced = applied.displaced;
}

/// Adopts at one place that is locked. A dry run needs no lock and changes nothing.
class PlaceAdoption {
 public:
  /// `folders`: the folders that existed before the place was locked. `is_foreign`: true in a dry run if the place's
  /// record is not trusted: without the dry run, it would be set aside.
  PlaceAdoption(const PlaceJob& job, const RemoteTree* remote, FoundFolders folders, bool is_foreign)
      : job_(job), remote_(remote), folders_(folders), is_foreign_(is_foreign) {}

  Result<AdoptReport> run() {
    TRY(recover_place());
    TRY(gather());
    Plan plan = TRY(decide());
    add_warnings({job_.environment, job_.site, *input_, local(), clashes(), remote_, unlinked_}, plan);
    if (job_.request.dry_run) return std::move(plan.report);
    TRY(check_not_cancelled());
    return act(std::move(plan));
  }

 private:
  /// Loads the previous record, and completes or undoes the change of an interrupted command.
  Result<void> recover_place() {
    const auto trust = record::trust_of(job_.request.trust_owner);
    if (!is_foreign_) previous_ = TRY(record::load(job_.site.place.record, trust));
    TRY(check_previous(job_.site, previous_, job_.in_place));
    if (previous_) TRY(check_is_not_folder(*previous_, job_.site.place.root));
    if (!job_.request.dry_run && is_release_cut_off(previous_)) {
      folders_ = {previous_->place_existed, previous_->made_above};
      kept_ = TRY(complete_release(job_.environment, job_.site, previous_, compact(now_)));
    }
    custody_.emplace(job_.site.place.root, job_.site.place.record,
                     Sources(job_.site.place, previous_, job_.request.folder), compact(now_));
    if (!job_.in_place) TRY(check_place_is_no_mount_point(*custody_));
    sorted_out_ = sort_out(job_, previous_, remote_);
    TRY(check_any(local().files, clashes(), job_.request));
    return job_.request.dry_run ? Result<void>() : recover(*job_.site.target, previous_, *custody_);
  }

  Result<void> gather() {
    const auto& [environment, request, site, found, folder_id, in_place] = job_;
    view_ = TRY(view_to_change(site));
    TRY(check_idle(view_));
    if (previous_) unlinked_ = renew_stamps(environment, site, view_, *custody_, *previous_);
    if (previous_) find_put_by_client(environment, site, *previous_, remote_, view_);
    input_.emplace(PlanInput{*site.target,
                             request,
                             site.repo,
                             view_,
                             site.target->rules.settings(environment),
                             TRY(link_facts(request, *site.target, view_, local())),
                             in_place,
                             std::move(previous_),
                             now_,
                             folder_id,
                             remote_ ? TRY(hub::address(site.target->hub, environment)) : "",
                             folders_,
                             {}});
    if (input_->previous) input_->displaced = TRY(displaced_files(*custody_, view_.place));
    return {};
  }

  Result<Plan> decide() const {
    Plan plan = TRY(make_plan(*input_, local(), remote_));
    TRY(check_no_own_file_is_moved(plan, view_));
    TRY(check_nothing_is_below_mounts(plan, view_, job_.site.target->index_name(), *custody_));
    return plan;
  }

  Result<AdoptReport> act(Plan plan) {
    AdoptReport report = std::move(plan.report);
    auto applied =
        apply(*job_.site.target, view_, std::move(plan), *custody_, job_.request, [&] { return check_alone_again(); });
    if (!applied) return withdrawn(std::move(applied).error());
    report.kept = std::move(kept_);
    report_applied(*std::move(applied), report);
    look_again_for_missing(report);
    return report;
  }

  /// Checks for overlaps again after the record is saved: two adoptions that start at the same time find each other
  /// only by their records.
  Result<void> check_alone_again() const {
    if (input_->previous) return {};
    static_cast<void>(record::remember(job_.environment, known_place(job_.site)));  // adopt_place() reports a failure
    return check_no_overlap(job_.environment, job_.site, job_.in_place, record::trust_of(job_.request.trust_owner));
  }

  Error withdrawn(Error error) {
    const bool is_withdrawn = withdraw(*job_.site.target, input_->previous, *custody_).value_or(false);
    if (is_withdrawn && !input_->previous) forget_withdrawn(job_.environment, job_.site);
    if (!is_withdrawn)
      error.hint += say("; then run hubcache adopt again, or run hubcache release to undo the partial change");
    return error;
  }

  /// Removes files from the list of missing files that the client accepts now: a file that left the place may have been
  /// replaced by the file that it had displaced.
  void look_again_for_missing(AdoptReport& report) const {
    if (!remote_ || report.removed == 0 || report.missing.empty()) return;
    const auto view = job_.site.target->rules.view(job_.site.place);
    const hub::RevisionFacts revision{job_.site.repo.revision, remote_->version, remote_};
    if (view) drop_accepted({*job_.site.target, *view, revision, input_->settings}, report.missing);
  }

  const LocalTree& local() const { return sorted_out_ ? sorted_out_->rest : job_.local; }
  const std::vector<LeftOut>& clashes() const { return sorted_out_ ? sorted_out_->clashes : no_clashes_; }

  const PlaceJob& job_;
  const RemoteTree* remote_;
  FoundFolders folders_;
  const bool is_foreign_;
  const std::string now_ = now_iso8601();
  std::optional<Record> previous_;  ///< moved into input_ by gather()
  std::vector<std::string> kept_;   ///< kept files of a release that was completed first
  std::optional<Custody> custody_;
  std::optional<SortedOut> sorted_out_;
  const std::vector<LeftOut> no_clashes_;
  hub::View view_;
  std::uint64_t unlinked_ = 0;
  std::optional<PlanInput> input_;
};

/// Sets an untrusted record folder aside and adds a warning; in a dry run, only adds the warning. Returns true if the
/// untrusted record is still there.
Result<bool> has_foreign_record(const PlaceJob& job, std::vector<std::string>& warnings) {
  const path& folder = job.site.place.record;
  if (job.request.trust_owner) return false;
  if (job.request.dry_run) {
    const auto opened = TRY(record::open_record(folder));
    const bool is_foreign = opened && !opened->objection.empty();
    if (is_foreign)
      warnings.push_back(say("the record in {} is not trusted ({}); without --dry-run, hubcache sets it aside",
                             in_quotes(folder.native()), opened->objection));
    return is_foreign;
  }
  const auto aside = TRY(set_foreign_record_aside(folder, compact(now_iso8601())));
  if (aside)
    warnings.push_back(
        say("hubcache did not trust the previous adoption and moved its record to {}", in_quotes(aside->native())));
  return false;
}

}  // namespace

Result<AdoptReport> adopt_place(const PlaceJob& job, const RemoteTree* remote) {
  const auto& [environment, request, site, found, folder_id, in_place] = job;
  LocalTree matching;
  std::vector<VerifiedFile> unmatched;
  std::vector<std::string> warnings;
  if (request.match) {
    matching = found;
    unmatched = TRY(keep_matching(environment, request, in_place, matching, *remote, warnings));
  }
  const bool is_foreign = TRY(has_foreign_record(job, warnings));
  const FoundFolders folders = TRY(found_folders(site.place.root));
  std::optional<Claim> claim;
  if (!request.dry_run) claim.emplace(TRY(Claim::take(site.place.record, record::trust_of(request.trust_owner))));
  // A refresh must not adopt what --match has left out.
  AdoptRequest to_record = request;
  for (const VerifiedFile& file : unmatched) to_record.exclude.push_back(fs::glob_of_path(file.path));
  const PlaceJob matched{environment, to_record, site, request.match ? matching : found, folder_id, in_place};
  AdoptReport report = TRY(PlaceAdoption(matched, remote, folders, is_foreign).run());
  report.unmatched = std::move(unmatched);
  std::ranges::move(warnings, std::back_inserter(report.warnings));
  if (request.dry_run) return report;
  if (const auto remembered = record::remember(environment, known_place(site)); !remembered) {
    report.warnings.push_back(
        say("{}; hubcache status still finds the adoption if the environment points to its cache folder",
            remembered.error().message));
  }
  return report;
}

}  // namespace hubcache::adoption
