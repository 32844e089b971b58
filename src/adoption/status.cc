#include <hubcache/status.h>

#include <algorithm>
#include <string_view>

#include "adoption/cautions.h"
#include "adoption/command_line.h"
#include "adoption/gather.h"
#include "adoption/index_edits.h"
#include "adoption/known_listing.h"
#include "adoption/link_counts.h"
#include "adoption/offline.h"
#include "adoption/outlook.h"
#include "adoption/plan.h"
#include "adoption/recorded.h"
#include "adoption/standing_sites.h"
#include "adoption/status_notes.h"
#include "adoption/verdicts.h"
#include "adoption/writable.h"
#include "base/caught.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/walk.h"
#include "hub/hub.h"
#include "hubs/registry.h"

namespace hubcache {
namespace {

using adoption::PlaceFacts;
using adoption::Site;
using hub::View;
using record::Entry;
using record::Record;
using std::filesystem::path;

Result<Aside> measure(const path& folder) {
  Aside aside{folder, 0, 0};
  const auto count = [&](const std::string&, const fs::Status& status) {
    if (status.kind == fs::Kind::folder) return fs::Descend::yes;
    ++aside.files;
    aside.bytes += status.stamp.size;
    return fs::Descend::no;
  };
  const fs::Status status = TRY(fs::status_of(folder));
  if (status.kind == fs::Kind::symlink) aside.files = 1;
  else TRY(fs::walk(folder, count));
  return aside;
}

Result<void> measure_aside(const path& record_folder, RepoStatus& repo) {
  repo.displaced = TRY(measure(record_folder / "displaced"));
  repo.originals = TRY(measure(record_folder / "originals"));
  repo.kept = TRY(measure(record_folder / "kept"));
  return {};
}

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

RepoStatus status_by_name(const Site& site) {
  RepoStatus repo;
  repo.repo_id = site.repo.id.str();
  repo.target = site.target->name();
  repo.type = site.repo.type;
  repo.place = site.place.root;
  repo.revisions = {site.repo.revision.str()};
  return repo;
}

/// The adopted files that the hub does not have at this revision. Where the hub was not asked: those that it did not
/// have when it was; none if the revision was adopted offline.
void find_files_only_here(const Record& record, const std::string& revision, const adoption::KnownListing& listing,
                          RepoStatus& repo) {
  const record::AdoptedRevision* adopted = record.revision(revision);
  if (!adopted || !(listing.asked_hub || adoption::has_asked_hub(record, revision))) return;
  const auto number = static_cast<std::uint16_t>(adopted - record.revisions.data());
  for (const Entry& entry : record.entries) {
    const auto id = std::ranges::find(entry.exact, number, &record::ExactId::revision);
    if (id == entry.exact.end()) continue;
    if (listing.asked_hub ? !listing.tree.find(entry.path) : id->synthetic) repo.only_here.push_back(entry.path.str());
  }
}

std::string other_hub_of(const Environment& environment, const Site& site, const std::optional<Record>& record) {
  const auto address = hub::address(site.target->hub(), environment);
  return address && record ? adoption::other_hub(*record, site.repo.revision.str(), *address) : "";
}

/// Adds how an adopted revision stands with its hub.
Result<void> compare_with_hub(const Environment& environment, const Site& site, const PlaceFacts& facts,
                              const adoption::KnownListing& listing, RevisionStatus& status, RepoStatus& repo) {
  const Record& record = *facts.record;
  if (const std::string other = other_hub_of(environment, site, facts.record); !other.empty()) {
    adoption::note_other_hub(site, other, TRY(hub::address(site.target->hub(), environment)), repo);
    return {};
  }
  find_files_only_here(record, status.revision, listing, repo);
  const record::AdoptedRevision* adopted = record.revision(status.revision);
  if (adopted && adoption::has_made_up_version(facts, site.repo, adopted->version)) {
    status.has_made_up_version = true;
    adoption::note_made_up_version(site, repo);
    return {};
  }
  if (status.asked_hub) status.hub_moved_on = adoption::has_moved_on(record, status.revision, listing.tree);
  return {};
}

/// Adds the verdicts on each revision, and their sums.
Result<void> judge_revisions(const Environment& environment, Site site, const PlaceFacts& facts, bool offline,
                             RepoStatus& repo) {
  adoption::Verdicts verdicts(facts);
  for (const std::string& name : repo.revisions) {
    site.repo.revision = TRY(Revision::parse(name));
    RevisionStatus& status = repo.by_revision.emplace_back();
    status.revision = name;
    const auto listing = adoption::known_listing(environment, site, facts, offline, status);
    if (const auto note = adoption::other_host_note(listing.tree); !note.empty()) repo.notes.push_back(note);
    if (facts.record) TRY(compare_with_hub(environment, site, facts, listing, status, repo));
    verdicts.add(site.repo, listing);
  }
  repo.files = std::move(verdicts).files();
  adoption::sum_up(repo, site.target->question());
  adoption::note_none(*site.target, repo);
  adoption::note_silent_hub(*site.target, facts.view, repo);
  if (repo.asked_hub) adoption::note_sizes(repo);
  return {};
}

/// Shown as far as its header tells; the verdicts are those on a place that is not adopted.
void describe_foreign(const Site& site, RepoStatus& repo) {
  repo.owner = site.record_owner.empty() ? "unknown" : site.record_owner;
  const auto record = record::load_header(site.place.record, record::Trust::anybody);
  if (!record) adoption::note_error(record.error(), repo);
  if (record && *record) describe_adoption(site, **record, repo);
  repo.notes.push_back("the adoption recorded in " + in_quotes(site.place.record.native()) + " is not trusted (" +
                       site.objection + "): commands ignore this adoption; if you trust the owner, run " +
                       adoption::command_on("release", {repo.target, repo.repo_id, repo.type, repo.place}) +
                       " --trust-owner, or the same command with refresh; hubcache adopt sets the record aside");
}

/// Adds the files that programs read from the place.
void measure_place(const View& view, RepoStatus& repo) {
  for (const hub::PlacedFile& file : view.files) {
    if (file.kind == fs::Kind::folder || !file.exists) continue;
    ++repo.placed.files;
    repo.placed.bytes += file.size();
  }
}

Result<void> note_record(const adoption::NoteInput& input, RepoStatus& repo) {
  TRY(adoption::note_adoption(input, repo));
  adoption::note_hub(*input.site.target, repo);
  adoption::note_unseen(input, repo);
  return {};
}

Result<RepoStatus> status_of_repo(const Environment& environment, Site site, bool offline) {
  RepoStatus repo = status_by_name(site);
  if (site.unreadable) {
    adoption::note_error(*site.unreadable, repo);
    repo.state = RepoState::unreadable;
  }
  if (site.place.root.empty()) return repo;
  const bool is_trusted = site.objection.empty() && !site.unreadable;
  auto loaded = is_trusted ? record::load(site.place.record, record::Trust::own) : std::optional<Record>();
  const auto record = loaded ? *std::move(loaded) : std::nullopt;
  if (!loaded) adoption::note_error(loaded.error(), repo);
  if (!site.objection.empty()) describe_foreign(site, repo);
  if (record) {
    describe_adoption(site, *record, repo);
    site.repo.id = TRY(RepoId::parse(record->repo_id));
  }
  const View view = TRY(site.target->view(site.place));
  const auto unwritable = adoption::find_unwritable(*site.target, site.place);
  const PlaceFacts facts{*site.target, view, record, site.target->reader(environment), !unwritable.stops_all};
  TRY(judge_revisions(environment, site, facts, offline, repo));
  repo.state = adoption::state_of(repo, view, record);
  measure_place(view, repo);
  if (is_trusted) TRY(measure_aside(site.place.record, repo));
  if (record) TRY(note_record({environment, site, view, *record}, repo));
  adoption::note_place(*site.target, view, record.has_value(), repo);
  if (!unwritable.note.empty() && !repo.files.empty()) repo.notes.push_back(unwritable.note);
  return repo;
}

/// Among others, one that cannot be looked at must not hide the rest.
RepoStatus unreadable(const Site& site, const Error& error) {
  RepoStatus repo = status_by_name(site);
  repo.state = RepoState::unreadable;
  adoption::note_error(error, repo);
  return repo;
}

/// A client's cache may hold dozens of repos that nobody has asked about: then the hub is asked about the adopted ones.
bool asks_hub(const Environment& environment, const StatusRequest& request, const Site& site) {
  const bool is_one_of_many = request.repo_ids.empty() && site.target->hub().caches_many_repos;
  return !request.offline && !adoption::is_offline(environment, site) &&
         (!is_one_of_many || adoption::is_recorded(site));
}

/// Adds the note if it is new: several repos may give the same one.
void add_new(const std::string& note, std::vector<std::string>& notes) {
  if (!note.empty() && std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
}

/// Returns the notes of the hubs that the request is about. `hub`: of the ids; nullptr for none.
std::vector<std::string> environment_notes(const Environment& environment, const StatusRequest& request,
                                           const hub::Hub* hub) {
  std::vector<std::string> notes;
  for (const hub::Hub* one : hubs::all()) {
    const bool is_named = std::ranges::any_of(one->targets(), [&](const hub::Target* target) {
      return std::ranges::find(request.targets, target->name()) != request.targets.end();
    });
    const bool is_asked = request.targets.empty() ? !hub || one == hub : is_named;
    if (is_asked) add_new(one->environment_note(environment), notes);
  }
  return notes;
}

}  // namespace

std::string_view name_of(RepoState state) {
  switch (state) {
    case RepoState::adopted: return "adopted";
    case RepoState::complete: return "complete";
    case RepoState::partial: return "partial";
    case RepoState::damaged: return "damaged";
    case RepoState::empty: return "empty";
    case RepoState::unreadable: return "unreadable";
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
  const auto hub = TRY(adoption::take_hub(request.repo_ids, request.targets));
  StatusReport report;
  report.notes = environment_notes(environment, request, hub);
  const auto [sites, closed] = TRY(adoption::asked_sites(
      environment,
      {.targets = request.targets, .repo_ids = request.repo_ids, .place = request.place, .type = {}, .hub = hub}));
  for (const Error& error : closed) report.notes.push_back(error.message);
  for (const Site& site : sites) {
    auto repo = status_of_repo(environment, site, !asks_hub(environment, request, site));
    if (repo && !request.offline) add_new(adoption::offline_note(environment, site), report.notes);
    if (!repo && !request.repo_ids.empty() && sites.size() == 1) return repo.error();
    report.repos.push_back(repo ? *std::move(repo) : unreadable(site, repo.error()));
    const bool is_unreadable = report.repos.back().state == RepoState::unreadable;
    report.is_complete = report.is_complete && !(is_unreadable && !request.repo_ids.empty());
  }
  return report;
} catch (...) {
  return caught();
}

Result<std::vector<FileStatus>> predict(const Environment& environment, PredictRequest request) try {
  std::vector<std::string> ids = {request.repo_id}, targets;
  if (request.target) targets.push_back(*request.target);
  const auto hub = TRY(adoption::take_hub(ids, targets));
  request.repo_id = ids.front();
  const Site site =
      TRY(adoption::find_site(environment, targets.empty() ? adoption::default_target(hub) : targets.front(),
                              request.type, request.repo_id, request.revision, request.place));
  TRY(adoption::check_id(site));
  const auto opened = TRY(record::open_record(site.place.record));
  const bool is_trusted = opened && opened->objection.empty();
  const auto record = is_trusted ? TRY(record::load(site.place.record, record::Trust::own)) : std::optional<Record>();
  const View view = TRY(site.target->view(site.place));
  const hub::Local local{[&](const RelPath& file) { return view.file(file.str()) != nullptr; }};
  const PlaceFacts facts{*site.target, view, record, site.target->reader(environment),
                         !adoption::find_unwritable(*site.target, site.place).stops_all};
  adoption::KnownListing listing;
  listing.asked_hub = !request.offline && !adoption::is_offline(environment, site);
  listing.tree = listing.asked_hub ? TRY(hub::list(site.target->hub(), environment, site.repo, local)).tree
                                   : adoption::recorded_tree(view, record, site.repo.revision);
  if (listing.tree.version.empty()) listing.tree.version = site.target->version_in(view, site.repo);
  adoption::Verdicts verdicts(facts);
  verdicts.add(site.repo, listing);
  return std::move(verdicts).files();
} catch (...) {
  return caught();
}

}  // namespace hubcache
