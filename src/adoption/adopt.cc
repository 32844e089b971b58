#include <hubcache/adopt.h>

#include <algorithm>
#include <memory>

#include "adoption/adopt_checks.h"
#include "adoption/adopt_place.h"
#include "adoption/adopt_sites.h"
#include "adoption/adopt_warnings.h"
#include "adoption/cautions.h"
#include "adoption/gather.h"
#include "adoption/match.h"
#include "adoption/offline.h"
#include "adoption/usual_client.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/held_folder.h"
#include "fs/scan.h"
#include "hub/hub.h"

namespace hubcache {
namespace {

using adoption::Listings;
using adoption::PlaceJob;
using adoption::Site;
using adoption::SiteCheck;
using std::filesystem::path;

/// Returns the absolute path of the folder. Expands "~" as the clients' own upload_folder does. A symlink to a folder
/// is not resolved: the placed links then point through it.
Result<path> resolve_folder(const Environment& environment, const path& folder) {
  if (folder.empty())
    return Error{ErrorCode::usage, say("the folder argument is empty"),
                 say("pass the folder that holds the model's files")};
  path absolute = absolute_path(environment.working_folder, environment.expand_user(folder.native()));
  const fs::Status status = TRY(fs::status_of_target(absolute));
  if (status.kind == fs::Kind::missing) {
    return Error{ErrorCode::failed, say("folder not found: {}", in_quotes(folder.native())), say("check the path")};
  }
  if (status.kind != fs::Kind::folder) {
    return Error{ErrorCode::failed, say("{} is not a folder", in_quotes(folder.native())),
                 say("pass the folder that holds the model's files")};
  }
  return absolute;
}

Result<LocalTree> scan(const Environment& environment, const AdoptRequest& request, const std::vector<Site>& sites,
                       const std::vector<Result<SiteCheck>>& checks) {
  std::vector<path> forbidden;
  for (const auto& check : checks) {
    if (check) std::ranges::copy(check->folders, std::back_inserter(forbidden));
  }
  auto local = TRY(adoption::scan_folder(environment, sites, {request.folder, request.include, request.exclude},
                                         std::move(forbidden)));
  TRY(adoption::check_any(local.files, local.left_out, request));
  return local;
}

/// Returns ErrorCode::conflict if another folder has replaced the scanned one: the record must name the scanned folder.
Result<void> check_same_folder(const path& folder, const fs::FolderId& scanned) {
  if (fs::HeldFolder(folder).id() == scanned) return {};
  return Error{ErrorCode::conflict,
               say("{} was replaced by another program during the adoption", in_quotes(folder.native())),
               say("wait until that program has ended, then run the command again")};
}

/// `asked`: the listing from the hub; nullopt if the hub is not asked.
Result<AdoptReport> adopt_listed(const PlaceJob& job, std::optional<Listings::Asked> asked) {
  TRY(adoption::check_alone(job.environment, job.request, job.site, job.in_place));
  std::optional<hub::Listing> listing;
  if (asked) listing = TRY(std::move(*asked).take());
  auto report = adoption::adopt_place(job, listing ? &listing->tree : nullptr);
  if (report && listing) report->requests = listing->requests;
  return report;
}

/// Adds to the hint what the user may have meant, if the hub does not know the repo or does not answer.
Error with_other_name(const Environment& environment, const Site& site, Error error) {
  const hub::Hub& hub = site.target->hub;
  if (error.refused && hub.tells_types_apart && site.repo.type == RepoType::model)
    error.hint += say("; for a dataset, add --repo-type dataset");
  const std::string name = adoption::id_with_hub(hub, site.repo.id.str());
  const bool is_unknown = error.refused || error.unanswered;
  const std::string other = is_unknown ? adoption::name_on_other_hub(environment, name) : "";
  if (!other.empty()) error.hint = say("did you mean {}? If not, {}", other, error.hint);
  return error;
}

Result<AdoptReport> adopt_at_site(const PlaceJob& job, std::optional<Listings::Asked> asked) {
  const AdoptRequest request = TRY(adoption::request_at(job.environment, job.request, job.site));
  auto report =
      adopt_listed({job.environment, request, job.site, job.local, job.folder_id, job.in_place}, std::move(asked));
  if (!report) {
    Error error = adoption::with_way_without_hub(std::move(report).error(), request);
    return with_other_name(job.environment, job.site, std::move(error));
  }
  const std::string note = adoption::offline_note(job.environment, job.site);
  if (!note.empty() && !job.request.offline) report->warnings.push_back(note);
  return report;
}

}  // namespace

Result<Outcomes<AdoptReport>> adoption::adopt_sites(const Environment& environment, AdoptRequest request,
                                                    const std::vector<Site>& sites, Listings& listings,
                                                    std::optional<Listings::Asked> first_asked) {
  TRY(adoption::check_complete(request));
  TRY(adoption::check_match(request));
  request.pin = request.pin && !request.match;
  request.folder = TRY(resolve_folder(environment, request.folder));
  std::vector<Result<SiteCheck>> checks;
  checks.reserve(sites.size());
  for (const Site& site : sites) checks.push_back(adoption::check_site(request, site));
  Outcomes<AdoptReport> outcomes;
  const auto fail = [&](std::size_t i) { outcomes.push_back({std::string(sites[i].target->name), checks[i].error()}); };
  if (std::ranges::none_of(checks, &Result<SiteCheck>::has_value)) {
    for (std::size_t i = 0; i < sites.size(); ++i) fail(i);
    return outcomes;
  }
  const fs::FolderId folder_id = fs::HeldFolder(request.folder).id();
  const auto local = std::make_shared<const LocalTree>(TRY(scan(environment, request, sites, checks)));
  TRY(check_same_folder(request.folder, folder_id));
  std::vector<std::optional<Listings::Asked>> asked(sites.size());
  if (first_asked) asked.front().emplace(*std::move(first_asked));
  for (std::size_t i = 0; i < sites.size(); ++i) {
    const bool asks_hub = checks[i] && adoption::asks_hub(environment, request.offline, sites[i]);
    if (asks_hub && !asked[i]) asked[i].emplace(listings.ask(sites[i], hub::local_of(local)));
  }
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (!checks[i]) fail(i);
    else
      outcomes.push_back({std::string(sites[i].target->name),
                          adopt_at_site({environment, request, sites[i], *local, folder_id, checks[i]->in_place},
                                        std::move(asked[i]))});
  }
  return outcomes;
}

Result<Outcomes<AdoptReport>> adopt_each(const Environment& environment, AdoptRequest request) try {
  std::vector<std::string> ids = {request.repo_id};
  const hub::Hub* hub = TRY(adoption::take_hub(ids, request.targets));
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
    adoption::warn_unused_options(request, sites[i], report);
    adoption::warn_shared_place(sites, i, report);
    if (!request.dry_run)
      adoption::warn_outdated_copies(environment, sites[i], record::trust_of(request.trust_owner), report);
  }
  if (hub && outcomes.front().report)
    adoption::warn_usual_client(environment, sites.front(), outcomes.front().report->warnings);
  return outcomes;
} catch (...) {
  return caught();
}

Result<AdoptReport> adopt(const Environment& environment, const AdoptRequest& request) try {
  if (request.targets.size() > 1)
    return Error{ErrorCode::usage, say("adopt() accepts one target"), say("call adopt_each() for several targets")};
  return std::move(TRY(adopt_each(environment, request)).front().report);
} catch (...) {
  return caught();
}

}  // namespace hubcache
