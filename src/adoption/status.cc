#include <hubcache/status.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "adoption/cautions.h"
#include "adoption/command_line.h"
#include "adoption/gather.h"
#include "adoption/hub_differences.h"
#include "adoption/index_edits.h"
#include "adoption/known_listing.h"
#include "adoption/link_counts.h"
#include "adoption/listings.h"
#include "adoption/measure.h"
#include "adoption/offline.h"
#include "adoption/outlook.h"
#include "adoption/plan.h"
#include "adoption/put_by_client.h"
#include "adoption/standing_sites.h"
#include "adoption/status_notes.h"
#include "adoption/verdicts.h"
#include "adoption/working_links.h"
#include "adoption/writable.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/hub.h"
#include "hubs/registry.h"

namespace hubcache {
namespace {

using adoption::Listings;
using adoption::PlaceFacts;
using adoption::Site;
using hub::View;
using record::Entry;
using record::Record;
using std::filesystem::path;

void describe_adoption(const Site& site, const Record& record, RepoStatus& repo) {
  repo.repo_id = record.repo_id;
  repo.type = record.type;
  repo.adopted_at = record.adopted_at;
  repo.folder = record.folder;
  repo.links = adoption::count_links(record);
  repo.link = adoption::main_link(repo.links);
  repo.pin = record.pin;
  repo.adopted = record.entries.size();
  repo.pinned = static_cast<std::uint64_t>(std::ranges::count_if(record.entries, [&](const Entry& entry) {
    return adoption::is_pinned(*site.target, site.place, record, entry);
  }));
  repo.unfinished = record.phase != record::Phase::done;
  repo.revisions.clear();
  for (const auto& revision : record.revisions) repo.revisions.push_back(revision.name);
}

bool is_trusted(const Site& site) { return site.objection.empty() && !site.unreadable; }

RepoStatus status_by_name(const Site& site) {
  RepoStatus repo;
  repo.repo_id = site.repo.id.str();
  repo.target = site.target->name;
  repo.type = site.repo.type;
  repo.place = site.place.root;
  repo.revisions = {site.repo.revision.str()};
  return repo;
}

/// The data for the status of a repo, gathered while the hub is asked.
struct RepoToJudge {
  Site site;
  RepoStatus repo;  ///< the part that needs neither the hub nor the view
  std::optional<Record> record = {};
  std::shared_ptr<View> view = {};  ///< nullptr: the location of the place is unknown
  adoption::Unwritable unwritable = {};
  std::vector<Listings::Asked> listings = {};  ///< one for each revision; empty if the hub is not to be asked
};

/// Adds the verdicts on each revision and their sums.
Result<void> judge_revisions(const Environment& environment, RepoToJudge& look, const PlaceFacts& facts) {
  auto& [site, repo, record, view, unwritable, listings] = look;
  adoption::Verdicts verdicts(facts);
  for (std::size_t i = 0; i < repo.revisions.size(); ++i) {
    site.repo.revision = TRY(Revision::parse(repo.revisions[i]));
    RevisionStatus& status = repo.by_revision.emplace_back();
    status.revision = repo.revisions[i];
    std::optional<Result<hub::Listing>> answer;
    if (!listings.empty()) answer = std::move(listings[i]).take();
    const auto listing = adoption::known_listing(site, facts, std::move(answer), status);
    if (!listing.tree.remark.empty()) repo.notes.push_back(listing.tree.remark);
    if (record)
      adoption::find_put_by_client(environment, site, *record, listing.asked_hub ? &listing.tree : nullptr, *view);
    if (facts.record) TRY(adoption::compare_with_hub(environment, site, facts, listing, status, repo));
    verdicts.add(site.repo, listing);
  }
  repo.files = std::move(verdicts).files();
  adoption::sum_up(repo, site.target->rules.question());
  adoption::note_none(*site.target, repo);
  if (repo.hub_refuses && !facts.record) adoption::note_other_name(environment, site, repo);
  adoption::note_silent_hub(*site.target, facts.view, repo);
  if (repo.asked_hub) adoption::note_sizes(repo);
  return {};
}

/// Describes an adoption whose record is not trusted, from the record's header. The verdicts treat the place as not
/// adopted.
void describe_foreign(const Site& site, RepoStatus& repo) {
  repo.owner = site.record_owner.empty() ? "unknown" : site.record_owner;
  const auto record = record::load_header(site.place.record, record::Trust::anybody);
  if (!record) adoption::note_error(record.error(), repo);
  if (record && *record) describe_adoption(site, **record, repo);
  repo.notes.push_back(
      say("the adoption recorded in {} is not trusted ({}): commands ignore this adoption; if you trust the owner, run "
          "{} --trust-owner, or the same command with refresh; hubcache adopt sets the record aside",
          in_quotes(site.place.record.native()), site.objection,
          adoption::command_on("release", {repo.target, repo.repo_id, repo.type, repo.place})));
}

Result<void> note_record(const adoption::NoteInput& input, RepoStatus& repo) {
  if (!repo.client_place.empty()) repo.notes.push_back(adoption::other_place_text(input.site, repo.client_place));
  if (auto note = adoption::other_versions_text(input.environment, input.site); !note.empty())
    repo.notes.push_back(std::move(note));
  TRY(adoption::note_adoption(input, repo));
  adoption::note_hub(*input.site.target, repo);
  adoption::note_unseen(input, repo);
  TRY(adoption::note_working_folders(input, repo));
  return {};
}

/// Requests the listing of each revision.
Result<void> ask_hub(RepoToJudge& look, Listings& listings) {
  const hub::Local local = hub::local_of(look.view);
  Site site = look.site;
  for (const std::string& name : look.repo.revisions) {
    site.repo.revision = TRY(Revision::parse(name));
    look.listings.push_back(listings.ask(site, local));
  }
  return {};
}

Result<RepoToJudge> look_at(const Site& site, bool asks_hub, Listings& listings) {
  RepoToJudge look{.site = site, .repo = status_by_name(site)};
  if (look.site.unreadable) {
    adoption::note_error(*look.site.unreadable, look.repo);
    look.repo.state = RepoState::unreadable;
  }
  if (look.site.place.root.empty()) return look;
  auto loaded =
      is_trusted(look.site) ? record::load(look.site.place.record, record::Trust::own) : std::optional<Record>();
  if (!loaded) adoption::note_error(loaded.error(), look.repo);
  else look.record = *std::move(loaded);
  if (!look.site.objection.empty()) describe_foreign(look.site, look.repo);
  if (look.record) {
    describe_adoption(look.site, *look.record, look.repo);
    look.site.repo.id = TRY(RepoId::parse(look.record->repo_id));
  }
  look.view = std::make_shared<View>(TRY(look.site.target->rules.view(look.site.place)));
  look.unwritable = adoption::find_unwritable(*look.site.target, look.site.place);
  if (asks_hub) TRY(ask_hub(look, listings));
  return look;
}

Result<RepoStatus> judge(const Environment& environment, RepoToJudge look) {
  auto& [site, repo, record, view, unwritable, listings] = look;
  if (!view) return std::move(repo);
  const PlaceFacts facts{*site.target, *view, record, site.target->rules.settings(environment), !unwritable.stops_all};
  TRY(judge_revisions(environment, look, facts));
  repo.state = adoption::state_of(repo, *view, record);
  adoption::measure_place(*view, repo);
  if (is_trusted(site)) TRY(adoption::measure_aside(site.place.record, repo));
  if (record) repo.client_place = adoption::place_of_client(environment, site);
  if (record) TRY(note_record({environment, site, *view, *record}, repo));
  adoption::note_place(*site.target, *view, record.has_value(), repo);
  std::ranges::move(site.target->rules.notes(environment, *view), std::back_inserter(repo.notes));
  if (!unwritable.note.empty() && !repo.files.empty()) repo.notes.push_back(unwritable.note);
  return std::move(repo);
}

/// Returns the status of a repo that cannot be examined: the error must not hide the other repos.
RepoStatus unreadable(const Site& site, const Error& error) {
  RepoStatus repo = status_by_name(site);
  repo.state = RepoState::unreadable;
  adoption::note_error(error, repo);
  return repo;
}

/// True if the hub is asked about the repo. A client's cache may contain dozens of repos; if the user named none, the
/// hub is asked only about the adopted ones.
bool asks_hub(const Environment& environment, const StatusRequest& request, const Site& site) {
  const bool is_one_of_many = request.repo_ids.empty() && site.target->hub.caches_many_repos;
  const auto root = fs::status_of(site.place.root);
  const bool is_gone = request.repo_ids.empty() && root && root->kind == fs::Kind::missing;
  const bool is_asked = !(is_one_of_many || is_gone) || adoption::is_recorded(site);
  return is_asked && adoption::asks_hub(environment, request.offline, site);
}

/// Adds the note if it is new: several repos may give the same note.
void add_new(const std::string& note, std::vector<std::string>& notes) {
  if (!note.empty() && std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
}

/// Returns the notes on the hubs that the request selects. `hub`: the hub of the requested ids; nullptr for none.
std::vector<std::string> environment_notes(const Environment& environment, const StatusRequest& request,
                                           const hub::Hub* hub) {
  std::vector<std::string> notes;
  for (const hub::Hub* one : hubs::all()) {
    const bool is_named = std::ranges::any_of(one->targets(), [&](const hub::Target* target) {
      return std::ranges::any_of(request.targets, [&](const std::string& name) { return target->is_named(name); });
    });
    const bool is_asked = request.targets.empty() ? !hub || one == hub : is_named;
    if (is_asked) add_new(one->environment_note(environment), notes);
  }
  return notes;
}

}  // namespace

std::string_view name_of(RepoState state) {
  switch (state) {
    case RepoState::adopted: return marked("adopted");
    case RepoState::complete: return marked("complete");
    case RepoState::partial: return marked("partial");
    case RepoState::damaged: return marked("damaged");
    case RepoState::empty: return marked("empty");
    case RepoState::unreadable: return marked("unreadable");
  }
  return "";
}

Result<path> place_of(const Environment& environment, std::string_view target, RepoType type,
                      std::string_view repo_id) try {
  return TRY(adoption::find_site(environment, target, type, repo_id, "")).place.root;
} catch (...) {
  return caught();
}

Result<StatusReport> status(const Environment& environment, StatusRequest request) try {
  const hub::Hub* hub = TRY(adoption::take_hub(request.repo_ids, request.targets));
  StatusReport report;
  report.notes = environment_notes(environment, request, hub);
  const auto [sites, closed] = TRY(adoption::asked_sites(
      environment,
      {.targets = request.targets, .repo_ids = request.repo_ids, .place = request.place, .type = {}, .hub = hub}));
  for (const Error& error : closed) report.notes.push_back(error.message);
  Listings listings(environment);
  const auto look = [&](std::size_t i) {
    return look_at(sites[i], asks_hub(environment, request, sites[i]), listings);
  };
  TRY(adoption::in_order(listings, sites.size(), look, [&](std::size_t i, Result<RepoToJudge> looked) -> Result<void> {
    auto repo = looked ? judge(environment, *std::move(looked)) : std::move(looked).error();
    if (repo && !request.offline) add_new(adoption::offline_note(environment, sites[i]), report.notes);
    if (!repo && !request.repo_ids.empty() && sites.size() == 1) return repo.error();
    report.repos.push_back(repo ? *std::move(repo) : unreadable(sites[i], repo.error()));
    const bool is_unreadable = report.repos.back().state == RepoState::unreadable;
    report.is_complete = report.is_complete && (!is_unreadable || request.repo_ids.empty());
    return {};
  }));
  return report;
} catch (...) {
  return caught();
}

}  // namespace hubcache
