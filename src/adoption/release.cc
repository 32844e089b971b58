#include <algorithm>
#include <functional>

#include <hubcache/adopt.h>

#include "adoption/command_line.h"
#include "adoption/commit_copies.h"
#include "adoption/gather.h"
#include "adoption/made_folders.h"
#include "adoption/overlap.h"
#include "adoption/plan.h"
#include "adoption/release_place.h"
#include "adoption/restore_place.h"
#include "adoption/standing_sites.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/log.h"
#include "base/text.h"
#include "base/try.h"
#include "hubs/registry.h"
#include "record/places.h"

namespace hubcache {
namespace {

using adoption::Custody;
using adoption::Site;
using record::Record;
using std::filesystem::path;

void forget(const Environment& environment, const path& root) {
  if (const auto forgotten = record::forget(environment, root); !forgotten)
    logger().warn("{}", forgotten.error().message);
}

/// Returns a command that releases the repo where it is adopted as another type or for another target; "" if there is
/// none.
std::string release_elsewhere(const Environment& environment, const Site& site) {
  for (const record::KnownPlace& known : record::known_places(environment)) {
    const auto target = hubs::find_target(known.target);
    if (!target || &(*target)->hub != &site.target->hub || known.repo_id != site.repo.id.str()) continue;
    return adoption::command_on("release", adoption::adoption_at(known));
  }
  return "";
}

/// Returns the error for a repo that is not adopted, and forgets the place, which is not needed any more.
Error not_adopted(const Environment& environment, const Site& site) {
  forget(environment, site.place.root);
  const std::string elsewhere = release_elsewhere(environment, site);
  const std::string name = adoption::id_with_hub(site.target->hub, site.repo.id.str());
  if (elsewhere.empty())
    return {ErrorCode::failed, say("{} is not adopted", name), adoption::hint_for_unknown(environment, name)};
  return {ErrorCode::failed, say("{} is not adopted in {}", name, in_quotes(site.place.root.native())),
          say("to release the adoption in the other cache folder, run {}", elsewhere)};
}

/// Locks the place, recovers it, and calls `act` with its view, record and custody. Shared by release and restore.
template <class Act>
Result<ReleaseReport> with_adoption(const Environment& environment, const Site& site, record::Trust trust, Act act) {
  if (site.unreadable) return *site.unreadable;
  if (TRY(fs::status_of(site.place.record)).kind == fs::Kind::missing) return not_adopted(environment, site);
  const adoption::Claim claim =
      TRY(adoption::Claim::take(site.place.record, trust));  // clears the rest of a release that was cut off
  auto record = TRY(record::load(site.place.record, trust));
  if (!record) return not_adopted(environment, site);
  TRY(adoption::check_repo(site, *record));
  TRY(adoption::check_is_not_folder(*record, site.place.root));
  Custody custody(site.place.root, site.place.record,
                  adoption::Sources(site.place, record, adoption::folder_of(site, *record)),
                  adoption::compact(adoption::now_iso8601()));
  // NOLINTNEXTLINE(misc-const-correctness): restore changes it
  hub::View view = TRY(adoption::recover_and_look(environment, site, record, custody));
  auto report = act(site, view, *record, custody);
  if (report) report->target = site.target->name;
  return report;
}

/// True if the site is adopted. Clears the rest of a command that was cut off before it wrote its record or after it
/// removed it.
bool is_adopted(const Site& site) {
  if (adoption::is_recorded(site)) return true;
  const auto lock = fs::status_of(site.place.record / "lock");
  if (lock && lock->kind == fs::Kind::file)
    static_cast<void>(adoption::Claim::take(site.place.record, record::Trust::own));
  return false;
}

/// Returns the sites where the repo is adopted. If a target has an adoption in the place that the environment leads to,
/// leaves out the target's other places.
Result<std::vector<Site>> nearest_sites(const Environment& environment, const ReleaseRequest& request,
                                        const hub::Hub* hub) {
  auto [sites, unreadable] =
      TRY(adoption::standing_sites(environment, {.targets = {},
                                                 .repo_ids = {request.repo_id},
                                                 .place = {},
                                                 .type = request.type,
                                                 .hub = hub,
                                                 .trust = record::trust_of(request.trust_owner)}));
  const auto is_of_others = [&](const Site& site) {
    return !request.targets.empty() && std::ranges::find(request.targets, site.target->name) == request.targets.end();
  };
  std::erase_if(sites, is_of_others);
  std::erase_if(sites, [](const Site& site) { return !site.unreadable && !is_adopted(site); });
  // Another user's adoption must not prevent the release of this user's own.
  const auto is_foreign = [](const Site& site) { return site.unreadable || !site.objection.empty(); };
  if (!std::ranges::all_of(sites, is_foreign)) std::erase_if(sites, is_foreign);
  for (const hub::Target* target : hubs::targets()) {
    const auto located = adoption::find_site(environment, target->name, request.type, request.repo_id, "");
    const auto is_located = [&](const Site& site) { return located && site.place.root == located->place.root; };
    if (std::ranges::none_of(sites, is_located)) continue;
    std::erase_if(sites, [&](const Site& site) { return site.target == target && !is_located(site); });
  }
  return sites;
}

/// Forgets the remembered places of the repo, where nothing is adopted.
void forget_all(const Environment& environment, const ReleaseRequest& request, const hub::Hub* hub) {
  for (const auto& known : record::known_places(environment)) {
    const auto target = hubs::find_target(known.target);
    const bool is_of_hub = target && &(*target)->hub == hub;
    if (is_of_hub && known.repo_id == request.repo_id && known.type == request.type) forget(environment, known.root);
  }
}

/// Returns the places of the named targets, adopted or not; if no target is named, the places where the repo of the
/// id's hub is adopted.
Result<std::vector<Site>> sites_of(const Environment& environment, ReleaseRequest request) {
  std::vector<std::string> ids = {request.repo_id};
  const hub::Hub* hub = TRY(adoption::take_hub(ids, request.targets));
  request.repo_id = ids.front();
  std::vector<Site> sites;
  if (!request.place) sites = TRY(nearest_sites(environment, request, hub));
  if (request.targets.empty() && !request.place && sites.empty()) forget_all(environment, request, hub);
  if (request.targets.empty() && !sites.empty()) return sites;
  const std::string usual = request.place ? adoption::target_of_place(hub) : adoption::default_target(hub);
  for (const std::string& target : request.targets.empty() ? std::vector{usual} : request.targets) {
    const auto is_of_target = [&](const Site& site) { return site.target->name == target; };
    if (std::ranges::any_of(sites, is_of_target)) continue;
    sites.push_back(TRY(adoption::find_site(environment, target, request.type, request.repo_id, "", request.place)));
  }
  return sites;
}

/// Warns about copies that programs have made outside the place. Leaves the copies alone: some may be of the hub's
/// files.
void warn_copies(const Result<std::vector<hub::CommitCopy>>& copies, ReleaseReport& report) {
  if (!copies)
    report.warnings.push_back(say("cannot check for copies outside the cache folder: {}", copies.error().message));
  for (const std::string& name : copies ? adoption::names_of(*copies) : std::vector<std::string>())
    report.warnings.push_back(say(
        "programs may still use a copy of your files in {}: move the copy away to make programs use the hub's files",
        in_quotes(name)));
}

/// Releases one site, then removes the folders that the adoption created; one of them may contain hubcache's own
/// folder.
Result<ReleaseReport> release_at(const Environment& environment, const Site& site, record::Trust trust) {
  std::optional<Record> released;
  const auto act = [&](const Site&, const hub::View& view, Record& record, Custody& custody) {
    const auto copies = adoption::commit_copies(environment, site, record);
    auto report = adoption::release_place(environment, site, view, record, custody);
    if (report) warn_copies(copies, *report);
    if (report && report->left.empty()) {
      forget(environment, report->place);
      released = std::move(record);
    }
    return report;
  };
  auto report = with_adoption(environment, site, trust, act);
  if (released) adoption::remove_made_folders(site.place.root, *released);
  return report;
}

/// Returns the report of the only outcome.
Result<ReleaseReport> one_of(Result<Outcomes<ReleaseReport>> outcomes) {
  if (!outcomes) return outcomes.error();
  return std::move(outcomes->front().report);
}

Result<void> check_single(const Environment& environment, const ReleaseRequest& request) {
  const auto sites = TRY(sites_of(environment, request));
  if (sites.size() == 1) return {};
  std::string names;
  for (const Site& site : sites) names += (names.empty() ? "" : ", ") + std::string(site.target->name);
  return Error{ErrorCode::usage, say("{} is adopted for several targets: {}", request.repo_id, names),
               say("add --target {}", sites.front().target->name)};
}

}  // namespace

Result<Outcomes<ReleaseReport>> release_each(const Environment& environment, const ReleaseRequest& request) try {
  const auto sites = TRY(sites_of(environment, request));
  Outcomes<ReleaseReport> outcomes;
  for (const Site& site : sites) {
    auto report = release_at(environment, site, record::trust_of(request.trust_owner));
    outcomes.push_back({std::string(site.target->name), std::move(report)});
  }
  return outcomes;
} catch (...) {
  return caught();
}

Result<Outcomes<ReleaseReport>> restore_each(const Environment& environment, const ReleaseRequest& request) try {
  auto sites = TRY(sites_of(environment, request));
  const auto trust = record::trust_of(request.trust_owner);
  const auto is_in_place = [&](const Site& site) {
    const auto record = record::load_header(site.place.record, trust);
    return record && *record && (*record)->in_place;
  };
  if (std::ranges::any_of(sites, is_in_place)) std::erase_if(sites, std::not_fn(is_in_place));
  const auto act = [&](const Site& site, hub::View& view, Record& record, Custody& custody) {
    return adoption::restore_place(environment, site, view, record, custody);
  };
  Outcomes<ReleaseReport> outcomes;
  for (const Site& site : sites) {
    auto report = with_adoption(environment, site, trust, act);
    outcomes.push_back({std::string(site.target->name), std::move(report)});
  }
  return outcomes;
} catch (...) {
  return caught();
}

Result<ReleaseReport> release(const Environment& environment, const ReleaseRequest& request) try {
  TRY(check_single(environment, request));
  return one_of(release_each(environment, request));
} catch (...) {
  return caught();
}

Result<ReleaseReport> restore(const Environment& environment, const ReleaseRequest& request) try {
  TRY(check_single(environment, request));
  return one_of(restore_each(environment, request));
} catch (...) {
  return caught();
}

}  // namespace hubcache
