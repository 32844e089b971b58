#include <hubcache/refresh.h>

#include <algorithm>

#include "adopt/adopt_sites.h"
#include "adopt/sites.h"
#include "base/try.h"
#include "record/record.h"

namespace hubcache {
namespace {

using adoption::Site;
using record::Record;

/// As the user asked for it, but for one of its revisions.
AdoptRequest request_of(const Site& site, const Record& record, const RefreshRequest& asked) {
  AdoptRequest request;
  request.repo_id = record.repo_id;
  request.folder = adoption::folder_of(site, record);
  request.type = record.type;
  request.link = record.link;
  request.pin = record.pin;
  request.include = record.include;
  request.exclude = record.exclude;
  request.offline = asked.offline;
  request.dry_run = asked.check;
  return request;
}

void add(RefreshedRepo& repo, const AdoptReport& report) {
  repo.added += report.added;
  repo.changed += report.changed;
  repo.removed += report.removed;
  repo.renewed += report.renewed;
  repo.stale = repo.stale || report.added + report.changed + report.removed + report.renewed > 0;
  for (const std::string& path : report.unread) {
    if (std::ranges::find(repo.unread, path) == repo.unread.end()) repo.unread.push_back(path);
  }
  std::ranges::copy(report.warnings, std::back_inserter(repo.warnings));
}

Result<void> refresh_revisions(const Environment& environment, const RefreshRequest& asked, Site site,
                               RefreshedRepo& repo) {
  const auto record = TRY(record::load(site.place.record));
  if (!record) return Error{ErrorCode::conflict, site.repo.id.str() + " was released meanwhile", ""};
  repo.folder = adoption::folder_of(site, *record);
  repo.stale = record->phase != record::Phase::done;
  const AdoptRequest request = request_of(site, *record, asked);
  for (const auto& revision : record->revisions) {
    site.repo.revision = TRY(Revision::parse(revision.name));
    auto outcomes = TRY(adoption::adopt_sites(environment, request, {site}));
    add(repo, TRY(std::move(outcomes.front().report)));
  }
  return {};
}

RefreshedRepo refresh_site(const Environment& environment, const RefreshRequest& asked, const Site& site) {
  RefreshedRepo repo;
  repo.repo_id = site.repo.id.str();
  repo.target = site.target->name();
  repo.type = site.repo.type;
  repo.place = site.place.root;
  if (auto done = refresh_revisions(environment, asked, site, repo); !done) repo.error = std::move(done).error();
  return repo;
}

Result<void> check_all_found(const RefreshRequest& request, std::optional<HubKind> hub,
                             const std::vector<Site>& sites) {
  for (const std::string& asked : request.repo_ids) {
    const RepoId id = TRY(RepoId::parse(asked));
    const auto is_asked = [&](const Site& site) { return site.repo.id == site.target->repo_on_hub(id); };
    if (std::ranges::none_of(sites, is_asked))
      return Error{ErrorCode::failed, adoption::id_with_hub(hub.value_or(HubKind::aistudio), asked) + " is not adopted",
                   "see hubcache status"};
  }
  return {};
}

}  // namespace

Result<RefreshReport> refresh(const Environment& environment, RefreshRequest request) {
  const auto hub = TRY(adoption::take_hub(request.repo_ids, request.targets));
  const auto sites = TRY(adoption::adopted_sites(
      environment,
      {.targets = request.targets, .repo_ids = request.repo_ids, .place = request.place, .type = {}, .hub = hub}));
  TRY(check_all_found(request, hub, sites));
  RefreshReport report;
  report.check = request.check;
  for (const Site& site : sites) report.repos.push_back(refresh_site(environment, request, site));
  return report;
}

}  // namespace hubcache
