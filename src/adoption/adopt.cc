#include <hubcache/adopt.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "adoption/adopt_checks.h"
#include "adoption/adopt_place.h"
#include "adoption/adopt_sites.h"
#include "adoption/adopt_warnings.h"
#include "adoption/cautions.h"
#include "adoption/gather.h"
#include "adoption/match.h"
#include "adoption/offline.h"
#include "adoption/usual_reader.h"
#include "base/caught.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/held_folder.h"
#include "fs/scan.h"
#include "hub/hub.h"
#include "hubs/registry.h"

namespace hubcache {
namespace {

using adoption::PlaceJob;
using adoption::Site;
using adoption::SiteCheck;
using std::filesystem::path;

/// The folder, absolute; "~" is expanded as the clients' own upload_folder does it. Its own name may be a symlink,
/// which then is what the placed links lead through.
Result<path> resolve_folder(const Environment& environment, const path& folder) {
  if (folder.empty())
    return Error{ErrorCode::usage, "the folder argument is empty", "pass the folder that holds the model's files"};
  path absolute = absolute_path(environment.working_folder, environment.expand_user(folder.native()));
  const fs::Status status = TRY(fs::status_of_target(absolute));
  if (status.kind == fs::Kind::missing) {
    return Error{ErrorCode::failed, "folder not found: " + in_quotes(folder.native()), "check the path"};
  }
  if (status.kind != fs::Kind::folder) {
    return Error{ErrorCode::failed, in_quotes(folder.native()) + " is not a folder",
                 "pass the folder that holds the model's files"};
  }
  return absolute;
}

/// What is asked of the hubs: each repo once, whoever's places it goes to.
class Listings {
 public:
  Listings(const Environment& environment, const LocalTree& local)
      : environment_(environment), local_(hub::local_of(local)) {}

  /// The listing, and how many requests it has cost now.
  Result<std::pair<const RemoteTree*, std::uint64_t>> of(const Site& site) {
    const std::pair key(&site.target->hub(), site.repo.id.str());
    if (const auto known = listings_.find(key); known != listings_.end())
      return std::pair(&known->second, std::uint64_t{0});
    auto listing = TRY(hub::list(*key.first, environment_, site.repo, local_));
    return std::pair(&(listings_[key] = std::move(listing.tree)), listing.requests);
  }

 private:
  const Environment& environment_;
  const hub::Local local_;
  std::map<std::pair<const hub::Hub*, std::string>, RemoteTree> listings_;
};

Result<LocalTree> scan(const AdoptRequest& request, const std::vector<Site>& sites,
                       const std::vector<Result<SiteCheck>>& checks) {
  auto include = TRY(fs::parse_globs(request.include));
  auto exclude = TRY(fs::parse_globs(request.exclude));
  auto rules = TRY(adoption::scan_rules(sites, request.folder, std::move(include), std::move(exclude)));
  for (const auto& check : checks) {
    if (check) std::ranges::copy(check->folders, std::back_inserter(rules.forbidden));
  }
  auto local = TRY(fs::scan_tree(request.folder, rules));
  TRY(adoption::check_any(local.files, local.left_out, request));
  return local;
}

/// ErrorCode::conflict if the folder is not the one that was scanned: the record is to name that one.
Result<void> check_same_folder(const path& folder, const fs::FolderId& scanned) {
  if (fs::HeldFolder(folder).id() == scanned) return {};
  return Error{ErrorCode::conflict, in_quotes(folder.native()) + " was replaced by another program during the adoption",
               "wait until that program has ended, then run the command again"};
}

Result<AdoptReport> adopt_listed(const PlaceJob& job, Listings& listings) {
  TRY(adoption::check_alone(job.environment, job.request, job.site));
  const RemoteTree* remote = nullptr;
  std::uint64_t requests = 0;
  if (!job.request.offline) std::tie(remote, requests) = TRY(listings.of(job.site));
  auto report = adoption::adopt_place(job, remote);
  if (report) report->requests = requests;
  return report;
}

Result<AdoptReport> adopt_at_site(const PlaceJob& job, Listings& listings) {
  const AdoptRequest request = TRY(adoption::request_at(job.environment, job.request, job.site));
  auto report = adopt_listed({job.environment, request, job.site, job.local, job.folder_id, job.in_place}, listings);
  if (!report) return adoption::with_way_without_hub(std::move(report).error(), request);
  const std::string note = adoption::offline_note(job.environment, job.site);
  if (!note.empty() && !job.request.offline) report->warnings.push_back(note);
  return report;
}

}  // namespace

Result<Outcomes<AdoptReport>> adoption::adopt_sites(const Environment& environment, AdoptRequest request,
                                                    const std::vector<Site>& sites) {
  TRY(adoption::check_complete(request));
  TRY(adoption::check_match(request));
  request.pin = request.pin && !request.match;
  request.folder = TRY(resolve_folder(environment, request.folder));
  std::vector<Result<SiteCheck>> checks;
  checks.reserve(sites.size());
  for (const Site& site : sites) checks.push_back(adoption::check_site(request, site));
  Outcomes<AdoptReport> outcomes;
  const auto fail = [&](std::size_t i) {
    outcomes.push_back({std::string(sites[i].target->name()), checks[i].error()});
  };
  if (std::ranges::none_of(checks, &Result<SiteCheck>::has_value)) {
    for (std::size_t i = 0; i < sites.size(); ++i) fail(i);
    return outcomes;
  }
  const fs::FolderId folder_id = fs::HeldFolder(request.folder).id();
  const LocalTree local = TRY(scan(request, sites, checks));
  TRY(check_same_folder(request.folder, folder_id));
  Listings listings(environment, local);
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (!checks[i]) fail(i);
    else
      outcomes.push_back(
          {std::string(sites[i].target->name()),
           adopt_at_site({environment, request, sites[i], local, folder_id, checks[i]->in_place}, listings)});
  }
  return outcomes;
}

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
  auto outcomes = TRY(adoption::adopt_sites(environment, request, sites));
  for (std::size_t i = 0; i < sites.size(); ++i) {
    if (!outcomes[i].report) continue;
    AdoptReport& report = *outcomes[i].report;
    adoption::warn_unused_options(request, sites[i], report);
    adoption::warn_shared_place(sites, i, report);
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
    return Error{ErrorCode::usage, "adopt() accepts one target", "call adopt_each() for several targets"};
  return std::move(TRY(adopt_each(environment, request)).front().report);
} catch (...) {
  return caught();
}

}  // namespace hubcache
