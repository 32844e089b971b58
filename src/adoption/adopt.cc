#include <hubcache/adopt.h>

#include <algorithm>
#include <memory>

#include "adoption/adopt_sites.h"
#include "adoption/apply.h"
#include "adoption/cautions.h"
#include "adoption/clashes.h"
#include "adoption/command_line.h"
#include "adoption/foreign.h"
#include "adoption/gather.h"
#include "adoption/link_counts.h"
#include "adoption/link_facts.h"
#include "adoption/made_folders.h"
#include "adoption/match.h"
#include "adoption/mount_points.h"
#include "adoption/offline.h"
#include "adoption/other_adoptions.h"
#include "adoption/overlap.h"
#include "adoption/plan.h"
#include "adoption/recorded.h"
#include "adoption/recover.h"
#include "adoption/release_place.h"
#include "adoption/renewed_stamps.h"
#include "adoption/usual_reader.h"
#include "base/caught.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/held_folder.h"
#include "fs/scan.h"
#include "hub/hub.h"
#include "hubs/registry.h"
#include "record/places.h"

namespace hubcache {
namespace {

using adoption::Claim;
using adoption::Listings;
using adoption::Plan;
using adoption::Site;
using std::filesystem::path;

/// The folder, absolute; "~" is expanded as the clients' own upload_folder does it. Its own name may be a symlink,
/// which then is what the placed links lead through.
Result<path> resolve_folder(const Environment& environment, const path& folder) {
  if (folder.empty()) return Error{ErrorCode::usage, "no folder is given", "name the folder with your model's files"};
  path absolute = absolute_path(environment.working_folder, environment.expand_user(folder.native()));
  const fs::Status status = TRY(fs::status_of_target(absolute));
  if (status.kind == fs::Kind::missing) {
    return Error{ErrorCode::failed, "there is no folder " + in_quotes(folder.native()), "check the path"};
  }
  if (status.kind != fs::Kind::folder) {
    return Error{ErrorCode::failed, in_quotes(folder.native()) + " is no folder",
                 "name the folder that holds the model's files"};
  }
  return absolute;
}

/// Messages of what was not taken: each file by name, up to ten.
void warn_left_out(const std::vector<LeftOut>& left_out, std::string_view where, AdoptReport& report) {
  for (std::size_t i = 0; i < left_out.size() && i < 10; ++i) {
    report.warnings.push_back("left out " + std::string(where) + ": " + left_out[i].name + ": " + left_out[i].why);
  }
  if (left_out.size() > 10) {
    report.warnings.push_back("left out " + std::string(where) + ": " + std::to_string(left_out.size() - 10) + " more");
  }
}

void warn_environment(const Environment& environment, const Site& site, const hub::View& view, AdoptReport& report) {
  if (const auto caution = site.target->caution(site.place); !caution.empty()) report.warnings.emplace_back(caution);
  if (const auto note = site.target->hub().environment_note(environment); !note.empty())
    report.warnings.push_back(note);
  if (!view.unmasked_files.empty()) {
    report.warnings.push_back(counted(view.unmasked_files.size(), "file") + " in " +
                              in_quotes((view.place.root.parent_path() / view.place.temporary.filename()).native()) +
                              ", where " + std::string(site.target->client().client) + " does not look: it reads " +
                              in_quotes(view.place.root.native()));
  }
  const bool is_damaged = view.index_state == hub::IndexState::damaged;
  if (is_damaged || view.index_state == hub::IndexState::unreadable) {
    report.warnings.push_back("the index " + std::string(site.target->index_name()) +
                              (is_damaged ? " was damaged (" : " cannot be read (") + view.index_error +
                              "); it is moved aside and written anew");
  }
}

/// Warns if the client raises an exception on the hub's answers, whatever its place holds.
void warn_client_raises(const Site& site, const RemoteTree& remote, AdoptReport& report) {
  const std::string who(site.target->client().that_asks(Question::snapshot));
  if (site.target->question() == Question::snapshot && !remote.snapshot_raises.empty()) {
    report.warnings.push_back(who + " raises an exception: " + remote.snapshot_raises);
    return;
  }
  const auto raises = [](const RemoteFile& file) { return file.snapshot_raises == Reason::not_in_contents; };
  const auto first = std::ranges::find_if(remote.files, raises);
  if (first == remote.files.end() || site.target->question() != Question::snapshot) return;
  report.warnings.push_back(who + " raises KeyError: the hub lists " + in_quotes(first->path.str()) +
                            (std::ranges::count_if(remote.files, raises) > 1 ? " and others" : "") +
                            ", and does not find it when it is asked for it; start the program by hubcache run");
}

Result<void> check_complete(const AdoptRequest& request) {
  if (!request.require_complete || !request.offline) return {};
  return Error{ErrorCode::usage, "--require-complete has to ask the hub", "leave --offline out"};
}

Result<void> check_previous(const Site& site, const std::optional<record::Record>& previous, bool in_place) {
  if (!previous) return {};
  const std::string hint =
      "release it first: " + adoption::command_on("release", adoption::adoption_at(site, *previous));
  if (previous->repo_id != site.repo.id.str()) {
    return Error{ErrorCode::conflict,
                 in_quotes(site.place.root.native()) + " is adopted already, as " + previous->repo_id, hint};
  }
  if (previous->in_place == in_place) return {};
  return Error{ErrorCode::conflict,
               previous->repo_id + " is adopted " +
                   (previous->in_place ? "in place" : "from " + in_quotes(previous->folder.native())),
               hint};
}

/// What a site means for the scan of the folder.
struct SiteCheck {
  bool in_place;
  std::vector<path> folders;  ///< of the client's, which the user's folder must not hold
};

Result<SiteCheck> check_site(const AdoptRequest& request, const Site& site) {
  const hub::View view = TRY(site.target->view(site.place));
  const bool in_place = TRY(adoption::is_in_place(request.folder, view));
  const auto trust = record::trust_of(request.trust_owner);
  const auto opened = TRY(record::open_record(site.place.record));
  const bool is_trusted = trust != record::Trust::own || (opened && opened->objection.empty());
  if (is_trusted) TRY(check_previous(site, TRY(record::load_header(site.place.record, trust)), in_place));
  TRY(adoption::check_idle(view));
  return SiteCheck{in_place, in_place ? std::vector<path>() : adoption::folders_in_place(view)};
}

Result<void> check_any(const std::vector<LocalFile>& files, const std::vector<LeftOut>& left_out,
                       const AdoptRequest& request) {
  if (!files.empty()) return {};
  const std::string why = left_out.empty() ? "" : "; left out: " + left_out.front().name + ": " + left_out.front().why;
  return Error{ErrorCode::failed, "there is no file to adopt in " + in_quotes(request.folder.native()) + why,
               "check the folder and --include and --exclude"};
}

Result<LocalTree> scan(const AdoptRequest& request, const std::vector<Site>& sites,
                       const std::vector<Result<SiteCheck>>& checks) {
  auto include = TRY(fs::parse_globs(request.include));
  auto exclude = TRY(fs::parse_globs(request.exclude));
  auto rules = TRY(adoption::scan_rules(sites, request.folder, std::move(include), std::move(exclude)));
  for (const auto& check : checks) {
    if (check) std::ranges::copy(check->folders, std::back_inserter(rules.forbidden));
  }
  auto local = TRY(fs::scan_tree(request.folder, rules));
  TRY(check_any(local.files, local.left_out, request));
  return local;
}

/// ErrorCode::conflict if the folder is not the one that was scanned: the record is to name that one.
Result<void> check_same_folder(const path& folder, const fs::FolderId& scanned) {
  if (fs::HeldFolder(folder).id() == scanned) return {};
  return Error{ErrorCode::conflict, in_quotes(folder.native()) + " was exchanged for another folder meanwhile",
               "wait until the program that does this has ended, then try again"};
}

/// One site of a request, and what all its sites share.
struct Job {
  const Environment& environment;
  const AdoptRequest& request;
  const Site& site;
  const LocalTree& local;
  fs::FolderId folder_id;  ///< of the user's folder, from before it was scanned
  bool in_place;
  adoption::FoundFolders folders = {};
  bool is_foreign = false;  ///< a dry run: the place's record is not trusted, and would be set aside
};

/// Without a hub's listing, by the files that the folder lacked when it was asked last.
std::optional<adoption::SortedOut> sort_out(const Job& job, const std::optional<record::Record>& previous,
                                            const RemoteTree* remote) {
  if (remote) return adoption::without_clashes(job.local, *remote);
  const auto* adopted = previous ? previous->revision(job.site.repo.revision.str()) : nullptr;
  return adopted ? adoption::without_clashes(job.local, adopted->hub_only) : std::nullopt;
}

/// From here on the place is claimed (but for a dry run): what is looked at is what is changed.
Result<AdoptReport> plan_and_apply(const Job& job, const RemoteTree* remote) {
  const auto& [environment, request, site, found, folder_id, in_place, found_folders, is_foreign] = job;
  const std::string now = adoption::now_iso8601();
  auto previous = is_foreign ? std::optional<record::Record>()
                             : TRY(record::load(site.place.record, record::trust_of(request.trust_owner)));
  TRY(check_previous(site, previous, in_place));
  if (previous) TRY(adoption::check_is_not_folder(*previous, site.place.root));
  std::vector<std::string> kept;
  adoption::FoundFolders folders = found_folders;
  if (!request.dry_run && adoption::is_release_cut_off(previous)) {
    folders = {previous->place_existed, previous->made_above};
    kept = TRY(adoption::complete_release(environment, site, previous, adoption::compact(now)));
  }
  adoption::Custody custody(site.place.root, site.place.record, adoption::Sources(previous, request.folder),
                            adoption::compact(now));
  if (!in_place) TRY(adoption::check_place_is_no_mount_point(custody));
  const auto sorted_out = sort_out(job, previous, remote);
  const LocalTree& local = sorted_out ? sorted_out->rest : found;
  const std::vector<LeftOut> clashes = sorted_out ? sorted_out->clashes : std::vector<LeftOut>();
  TRY(check_any(local.files, clashes, request));
  if (!request.dry_run) TRY(adoption::recover(*site.target, previous, custody));
  const hub::View view = TRY(adoption::view_to_change(site));
  TRY(adoption::check_idle(view));
  const auto unlinked = previous ? adoption::renew_stamps(environment, site, view, custody, *previous) : 0;
  const adoption::PlanInput input{*site.target,
                                  request,
                                  site.repo,
                                  view,
                                  site.target->reader(environment),
                                  TRY(adoption::link_facts(request, *site.target, view, local)),
                                  in_place,
                                  std::move(previous),
                                  now,
                                  folder_id,
                                  remote ? TRY(hub::address(site.target->hub(), environment)) : "",
                                  folders};
  const std::string other_hub =
      input.previous ? adoption::other_hub(*input.previous, site.repo.revision.str(), input.hub) : "";
  Plan plan = TRY(adoption::make_plan(input, local, remote));
  TRY(adoption::check_no_own_file_is_moved(plan, view));
  TRY(adoption::check_nothing_is_below_mounts(plan, view, site.target->index_name(), custody));
  if (unlinked > 0) plan.report.warnings.push_back(adoption::describe_unlinked(unlinked));
  if (!other_hub.empty())
    plan.report.warnings.push_back("it was adopted from the hub " + other_hub + " before; what " + input.hub +
                                   " has is recorded now");
  warn_environment(job.environment, site, view, plan.report);
  adoption::add_cautions({environment, site, request, local, remote, plan.next}, plan.report);
  warn_left_out(local.left_out, "of the folder", plan.report);
  warn_left_out(clashes, "of the folder", plan.report);
  if (remote) warn_left_out(remote->left_out, "of the hub's listing", plan.report);
  if (remote && site.place.has_index) warn_client_raises(site, *remote, plan.report);
  if (request.dry_run) {
    if (!plan.first_copy.path.empty())
      plan.report.warnings.push_back(adoption::copies_warning(plan.report, plan.first_copy.path, plan.first_copy.why));
    return std::move(plan.report);
  }
  auto report = adoption::apply(*site.target, view, std::move(plan), custody, request);
  if (report) {
    report->kept.insert(report->kept.begin(), kept.begin(), kept.end());
    return report;
  }
  if (adoption::withdraw(*site.target, input.previous, custody).value_or(false)) return report;
  Error error = std::move(report).error();
  error.hint += "; the place is half changed: adopt again once that is mended, or release it";
  return error;
}

/// A record that is not trusted is set aside, with all that lies beside it; a dry run only says so. True if there is
/// one still.
Result<bool> has_foreign_record(const Job& job, std::vector<std::string>& warnings) {
  const path& folder = job.site.place.record;
  if (job.request.trust_owner) return false;
  if (job.request.dry_run) {
    const auto opened = TRY(record::open_record(folder));
    const bool is_foreign = opened && !opened->objection.empty();
    if (is_foreign)
      warnings.push_back("the record in " + in_quotes(folder.native()) + " is not trusted (" + opened->objection +
                         ") and would be set aside");
    return is_foreign;
  }
  const auto aside = TRY(adoption::set_foreign_record_aside(folder, adoption::compact(adoption::now_iso8601())));
  if (aside)
    warnings.push_back("an adoption that is not trusted was there before; its record was set aside in " +
                       in_quotes(aside->native()));
  return false;
}

/// A place where nothing is adopted yet must not overlap with the place of another adoption. What was adopted so by an
/// earlier version can be adopted again.
Result<void> check_alone(const Job& job) {
  const auto trust = record::trust_of(job.request.trust_owner);
  const auto opened = TRY(record::open_record(job.site.place.record));
  const bool is_trusted = opened && (trust == record::Trust::anybody || opened->objection.empty());
  const bool is_adopted = is_trusted && TRY(record::load_header(job.site.place.record, *opened, trust)).has_value();
  return is_adopted ? Result<void>() : adoption::check_no_overlap(job.environment, job.site, trust);
}

/// `asked`: the hub's listing; none for a request that is offline.
Result<AdoptReport> adopt_at(const Job& job, std::optional<Listings::Asked> asked) {
  TRY(check_alone(job));
  std::optional<hub::Listing> listing;
  if (asked) listing = TRY(std::move(*asked).take());
  const RemoteTree* remote = listing ? &listing->tree : nullptr;
  LocalTree matching;
  std::vector<VerifiedFile> unmatched;
  std::vector<std::string> warnings;
  if (job.request.match) {
    matching = job.local;
    unmatched = TRY(adoption::keep_matching(job.environment, job.request, job.in_place, matching, *remote, warnings));
  }
  const bool is_foreign = TRY(has_foreign_record(job, warnings));
  const adoption::FoundFolders folders = TRY(adoption::found_folders(job.site.place.root));
  std::optional<Claim> claim;
  if (!job.request.dry_run)
    claim.emplace(TRY(Claim::take(job.site.place.record, record::trust_of(job.request.trust_owner))));
  const LocalTree& local = job.request.match ? matching : job.local;
  AdoptReport report = TRY(plan_and_apply(
      {job.environment, job.request, job.site, local, job.folder_id, job.in_place, folders, is_foreign}, remote));
  report.requests = listing ? listing->requests : 0;
  report.unmatched = std::move(unmatched);
  std::ranges::move(warnings, std::back_inserter(report.warnings));
  if (job.request.dry_run) return report;
  if (const auto remembered = record::remember(job.environment, adoption::known_place(job.site)); !remembered) {
    report.warnings.push_back(remembered.error().message +
                              "; status finds the place all the same where the environment leads to it");
  }
  return report;
}

Result<AdoptReport> adopt_at_site(const Job& job, std::optional<Listings::Asked> asked) {
  const AdoptRequest request = TRY(adoption::request_at(job.environment, job.request, job.site));
  auto report =
      adopt_at({job.environment, request, job.site, job.local, job.folder_id, job.in_place}, std::move(asked));
  if (!report) return adoption::with_way_without_hub(std::move(report).error(), request);
  const std::string note = adoption::offline_note(job.environment, job.site);
  if (!note.empty() && !job.request.offline) report->warnings.push_back(note);
  return report;
}

}  // namespace

Result<Outcomes<AdoptReport>> adoption::adopt_sites(const Environment& environment, AdoptRequest request,
                                                    const std::vector<Site>& sites, Listings& listings,
                                                    std::optional<Listings::Asked> first_asked) {
  TRY(check_complete(request));
  TRY(adoption::check_match(request));
  request.pin = request.pin && !request.match;
  request.folder = TRY(resolve_folder(environment, request.folder));
  std::vector<Result<SiteCheck>> checks;
  checks.reserve(sites.size());
  for (const Site& site : sites) checks.push_back(check_site(request, site));
  Outcomes<AdoptReport> outcomes;
  const auto fail = [&](std::size_t i) {
    outcomes.push_back({std::string(sites[i].target->name()), checks[i].error()});
  };
  if (std::ranges::none_of(checks, &Result<SiteCheck>::has_value)) {
    for (std::size_t i = 0; i < sites.size(); ++i) fail(i);
    return outcomes;
  }
  const fs::FolderId folder_id = fs::HeldFolder(request.folder).id();
  const auto local = std::make_shared<const LocalTree>(TRY(scan(request, sites, checks)));
  TRY(check_same_folder(request.folder, folder_id));
  std::vector<std::optional<Listings::Asked>> asked(sites.size());
  if (first_asked) asked.front().emplace(*std::move(first_asked));
  for (std::size_t i = 0; i < sites.size(); ++i) {
    const bool asks_hub = checks[i] && !request.offline && !adoption::is_offline(environment, sites[i]);
    if (asks_hub && !asked[i]) asked[i].emplace(listings.ask(sites[i], hub::local_of(local)));
  }
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (!checks[i]) fail(i);
    else
      outcomes.push_back({std::string(sites[i].target->name()),
                          adopt_at_site({environment, request, sites[i], *local, folder_id, checks[i]->in_place},
                                        std::move(asked[i]))});
  }
  return outcomes;
}

namespace {

/// Names the options that change nothing here.
void warn_unused_options(const AdoptRequest& request, const Site& site, AdoptReport& report) {
  const std::string client(site.target->client().client);
  if (!request.pin && site.target->can_pin() && !site.place.has_index)
    report.warnings.push_back("--no-pin has no effect: " + client + " takes the files in this place after a push, too");
  if (request.take && !report.in_place)
    report.warnings.emplace_back("--take has no effect: the repo is not adopted in place");
}

/// Two clients may read one place.
void warn_shared_place(const std::vector<Site>& sites, std::size_t i, AdoptReport& report) {
  for (std::size_t other = 0; other < i; ++other) {
    if (sites[other].place.root == sites[i].place.root)
      report.warnings.push_back(std::string(sites[i].target->name()) + " and " +
                                std::string(sites[other].target->name()) +
                                " share this place: it is one adoption, and one release ends it for both");
  }
}

}  // namespace

Result<Outcomes<AdoptReport>> adopt_each(const Environment& environment, AdoptRequest request) try {
  std::vector<std::string> ids = {request.repo_id};
  const auto hub = TRY(adoption::take_hub(ids, request.targets));
  request.repo_id = ids.front();
  std::vector<Site> sites;
  for (const std::string& target :
       request.targets.empty() ? std::vector{adoption::default_target(hub)} : request.targets) {
    sites.push_back(
        TRY(adoption::find_site(environment, target, request.type, request.repo_id, request.revision, request.place)));
    TRY(adoption::check_id(sites.back()));
  }
  Listings listings(environment);
  auto outcomes = TRY(adoption::adopt_sites(environment, request, sites, listings));
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (!outcomes[i].report) continue;
    AdoptReport& report = *outcomes[i].report;
    warn_unused_options(request, sites[i], report);
    warn_shared_place(sites, i, report);
    if (!request.dry_run)
      adoption::warn_outdated_copies(environment, sites[i], record::trust_of(request.trust_owner), report);
  }
  if (hub == hubs::all().front() && outcomes.front().report)
    adoption::warn_usual_reader(environment, sites.front(), outcomes.front().report->warnings);
  return outcomes;
} catch (...) {
  return caught();
}

Result<AdoptReport> adopt(const Environment& environment, const AdoptRequest& request) try {
  if (request.targets.size() > 1)
    return Error{ErrorCode::usage, "adopt() takes one target", "use adopt_each() for several"};
  return std::move(TRY(adopt_each(environment, request)).front().report);
} catch (...) {
  return caught();
}

}  // namespace hubcache
