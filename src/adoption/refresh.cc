#include <hubcache/refresh.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "adoption/adopt_sites.h"
#include "adoption/commit_copies.h"
#include "adoption/folder_changes.h"
#include "adoption/gather.h"
#include "adoption/listings.h"
#include "adoption/offline.h"
#include "adoption/recorded.h"
#include "adoption/sites.h"
#include "adoption/standing_sites.h"
#include "adoption/usual_client.h"
#include "adoption/working_links.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/try.h"
#include "hub/hub.h"
#include "hubs/registry.h"
#include "record/record.h"

namespace hubcache {
namespace {

using adoption::Listings;
using adoption::Site;
using record::Record;
using std::filesystem::path;

/// Returns the request of the recorded adoption, without its revision.
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
  request.trust_owner = asked.trust_owner;
  request.tell = asked.tell;
  return request;
}

/// Adds the texts that are not in `all` yet: several revisions may give the same warning.
void add_new(const std::vector<std::string>& texts, std::vector<std::string>& all) {
  for (const std::string& text : texts) {
    if (std::ranges::find(all, text) == all.end()) all.push_back(text);
  }
}

void add(RefreshedRepo& repo, const AdoptReport& report) {
  repo.added += report.added;
  repo.changed += report.changed;
  repo.removed += report.removed;
  repo.renewed += report.renewed;
  repo.copied_files += report.copied_files;
  repo.copied_bytes += report.copied_bytes;
  repo.hidden = std::max(repo.hidden, report.hidden);  // each report covers all revisions
  repo.stale = repo.stale || report.added + report.changed + report.removed + report.renewed + report.hidden > 0;
  add_new(report.unread, repo.unread);
  add_new(report.kept, repo.kept);
  add_new(report.warnings, repo.warnings);
  for (const MissingFile& file : report.missing) {
    if (std::ranges::find(repo.missing, file.path, &MissingFile::path) == repo.missing.end())
      repo.missing.push_back(file);
  }
}

/// Returns an Error if the repo was adopted from another hub: the present hub's ids would be recorded as ids of that
/// hub.
Result<void> check_same_hub(const Environment& environment, const Site& site, const Record& record) {
  const hub::Hub& hub = site.target->hub;
  const std::string address = TRY(hub::address(hub, environment));
  for (const auto& revision : record.revisions) {
    const std::string other = adoption::other_hub(record, revision.name, address);
    if (other.empty()) continue;
    return Error{
        ErrorCode::conflict,
        say("{} was adopted from the hub {}, but {} now names {}", site.repo.id.str(), other, hub.address_variable,
            address),
        say("set {}={}, add --offline, or run hubcache adopt again to change the hub", hub.address_variable, other)};
  }
  return {};
}

Result<Record> load_record(const RefreshRequest& asked, const Site& site) {
  if (site.unreadable) return *site.unreadable;
  if (!site.objection.empty()) return adoption::foreign_record(site);
  auto record = TRY(record::load(site.place.record, record::trust_of(asked.trust_owner)));
  if (!record) return Error{ErrorCode::conflict, say("{} was released by another command", site.repo.id.str()), ""};
  return *std::move(record);
}

Result<void> check_can_refresh(const Environment& environment, const RefreshRequest& asked, const Site& site,
                               const Record& record) {
  if (!record.unreleased.empty() || adoption::is_release_cut_off(record))
    return adoption::incomplete_release(site, record);
  const path folder = adoption::folder_of(site, record);
  if (TRY(fs::status_of_target(folder)).kind == fs::Kind::missing)
    return Error{ErrorCode::failed, say("the adopted folder {} does not exist", in_quotes(folder.native())),
                 adoption::ways_without_folder(adoption::adoption_at(site, record))};
  return adoption::asks_hub(environment, asked.offline, site) ? check_same_hub(environment, site, record)
                                                              : Result<void>();
}

/// Returns the adopted files that the user still has; the request to the hub needs no others.
hub::Local local_of(const Record& record, const path& folder) {
  LocalTree tree;
  for (const record::Entry& entry : record.entries) tree.files.push_back({entry.path, entry.source});
  std::ranges::sort(tree.files, {}, &LocalFile::path);
  hub::Local local = hub::local_of(std::make_shared<const LocalTree>(std::move(tree)));
  local.has = [was_there = std::move(local.has), folder](const RelPath& file) {
    const auto status = fs::status_of_target(folder / file.str());
    return was_there(file) && status && status->kind == fs::Kind::file;
  };
  return local;
}

using Asked = std::vector<Listings::Asked>;

/// Requests the listing of each revision before the refresh. Returns none for a repo that cannot be refreshed:
/// refresh_revisions() reports the reason.
Result<Asked> ask_ahead(const Environment& environment, const RefreshRequest& request, Site site, Listings& listings) {
  Asked asked;
  if (!adoption::asks_hub(environment, request.offline, site)) return asked;
  const Record record = TRY(load_record(request, site));
  TRY(check_can_refresh(environment, request, site, record));
  const path folder = adoption::folder_of(site, record);
  if (TRY(fs::status_of_target(folder)).kind != fs::Kind::folder) return asked;
  const hub::Local local = local_of(record, folder);
  for (const auto& revision : record.revisions) {
    site.repo.revision = TRY(Revision::parse(revision.name));
    asked.push_back(listings.ask(site, local));
  }
  return asked;
}

/// Returns the listing that was requested ahead, if any.
std::optional<Listings::Asked> asked_for(const Revision& revision, Asked& all) {
  const auto found = std::ranges::find(all, revision, &Listings::Asked::revision);
  if (found == all.end()) return std::nullopt;
  std::optional<Listings::Asked> asked(std::move(*found));
  all.erase(found);
  return asked;
}

/// Reports the recorded symlinks that the refresh makes again, or would make.
Result<void> note_missing_links(const RefreshRequest& asked, const Site& site, const Record& record,
                                RefreshedRepo& repo) {
  for (const path& name : adoption::missing_working_links(site.place, record)) {
    repo.stale = true;
    repo.warnings.push_back(asked.check
                                ? say("the symlink {} is missing", in_quotes(name.native()))
                                : say("the symlink {} was missing; hubcache makes it again", in_quotes(name.native())));
  }
  return {};
}

Result<void> refresh_revisions(const Environment& environment, const RefreshRequest& asked, Site site,
                               Listings& listings, Asked ahead, RefreshedRepo& repo) {
  const Record record = TRY(load_record(asked, site));
  repo.folder = adoption::folder_of(site, record);
  TRY(check_can_refresh(environment, asked, site, record));
  repo.stale = repo.unfinished = record.phase != record::Phase::done;
  site.place.working_link.clear();  // a refresh may run in any folder
  TRY(note_missing_links(asked, site, record, repo));
  const AdoptRequest request = request_of(site, record, asked);
  for (const auto& revision : record.revisions) {
    site.repo.revision = TRY(Revision::parse(revision.name));
    auto outcomes =
        TRY(adoption::adopt_sites(environment, request, {site}, listings, asked_for(site.repo.revision, ahead)));
    add(repo, TRY(std::move(outcomes.front().report)));
  }
  if (const path other = adoption::place_of_client(environment, site); !other.empty())
    repo.warnings.push_back(adoption::other_place_text(site, other));
  if (site.target->name == site.target->hub.default_target)
    adoption::warn_usual_client(environment, site, repo.warnings);
  return {};
}

Result<std::vector<hub::CommitCopy>> outdated_copies(const Environment& environment, const RefreshRequest& asked,
                                                     const Site& site) {
  if (site.unreadable || !site.objection.empty()) return std::vector<hub::CommitCopy>();
  return adoption::outdated_copies(environment, site, record::trust_of(asked.trust_owner));
}

/// Moves outdated copies aside. Call this after the files are refreshed, because it compares the copies with the
/// adopted files. `before`: the copies that were outdated by the previous record; only this record reveals an edit that
/// has set the file's time back.
Result<void> refresh_copies(const Environment& environment, const RefreshRequest& asked, const Site& site,
                            const std::vector<hub::CommitCopy>& before, RefreshedRepo& repo) {
  auto outdated = TRY(outdated_copies(environment, asked, site));
  for (const hub::CommitCopy& copy : before) {
    const auto is_same = [&](const hub::CommitCopy& other) {
      return other.cache == copy.cache && other.name == copy.name;
    };
    if (std::ranges::none_of(outdated, is_same)) outdated.push_back(copy);
  }
  repo.outdated_copies = adoption::names_of(outdated);
  repo.stale = repo.stale || !outdated.empty();
  if (asked.check) return {};
  for (const auto& name : TRY(adoption::move_aside(outdated, adoption::compact(adoption::now_iso8601()))))
    repo.moved_to.push_back(name.native());
  return {};
}

RefreshedRepo refresh_site(const Environment& environment, const RefreshRequest& asked, const Site& site,
                           Listings& listings, Asked ahead) {
  RefreshedRepo repo;
  repo.repo_id = site.repo.id.str();
  repo.target = site.target->name;
  repo.type = site.repo.type;
  repo.place = site.place.root;
  const auto outdated = outdated_copies(environment, asked, site);
  auto done = refresh_revisions(environment, asked, site, listings, std::move(ahead), repo);
  if (done && outdated) done = refresh_copies(environment, asked, site, *outdated, repo);
  else if (done) done = outdated.error();
  if (!done) repo.error = std::move(done).error();
  return repo;
}

/// Leaves out places of the named targets that are adopted for a hub of none of these targets.
Result<void> leave_out_other_hubs(const RefreshRequest& request, std::vector<Site>& sites) {
  std::vector<const hub::Hub*> hubs;
  hubs.reserve(request.targets.size());
  for (const std::string& name : request.targets) hubs.push_back(&TRY(hubs::find_target(name))->hub);
  const auto is_of_others = [&](const Site& site) { return std::ranges::find(hubs, &site.target->hub) == hubs.end(); };
  if (!hubs.empty()) std::erase_if(sites, is_of_others);
  return {};
}

Result<void> check_all_found(const Environment& environment, const RefreshRequest& request, const hub::Hub* hub,
                             const std::vector<Site>& sites) {
  for (const std::string& asked : request.repo_ids) {
    const RepoId id = TRY(RepoId::parse(asked));
    const auto is_asked = [&](const Site& site) { return site.repo.id == site.target->layout.repo_on_hub(id); };
    if (std::ranges::any_of(sites, is_asked)) continue;
    const std::string name = adoption::id_with_hub(hub ? *hub : *hubs::all().front(), asked);
    return Error{ErrorCode::failed, say("{} is not adopted", name), adoption::hint_for_unknown(environment, name)};
  }
  return {};
}

}  // namespace

Result<RefreshReport> refresh(const Environment& environment, RefreshRequest request) try {
  const hub::Hub* hub = TRY(adoption::take_hub(request.repo_ids, request.targets));
  auto [sites, unreadable] =
      TRY(adoption::adopted_sites(environment, {.targets = request.targets,
                                                .repo_ids = request.repo_ids,
                                                .place = request.place,
                                                .type = {},
                                                .hub = hub,
                                                .trust = record::trust_of(request.trust_owner)}));
  if (!request.repo_ids.empty()) TRY(leave_out_other_hubs(request, sites));
  TRY(check_all_found(environment, request, hub, sites));
  RefreshReport report;
  report.check = request.check;
  if (request.repo_ids.empty()) report.notes = adoption::take_out_others(sites, unreadable);
  Listings listings(environment);
  const auto ask = [&, &sites = sites](std::size_t i) {
    return sites.size() > 1 ? ask_ahead(environment, request, sites[i], listings).value_or(Asked()) : Asked();
  };
  TRY(adoption::in_order(listings, sites.size(), ask, [&, &sites = sites](std::size_t i, Asked ahead) -> Result<void> {
    report.repos.push_back(refresh_site(environment, request, sites[i], listings, std::move(ahead)));
    return {};
  }));
  return report;
} catch (...) {
  return caught();
}

}  // namespace hubcache
