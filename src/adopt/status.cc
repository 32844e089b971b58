#include <hubcache/status.h>

#include <hubcache/digest.h>

#include <algorithm>

#include "adopt/custody.h"
#include "adopt/gather.h"
#include "adopt/recorded.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/walk.h"
#include "hub/hub.h"
#include "hub/lfs_pointer.h"

namespace hubcache {
namespace {

using adoption::Site;
using record::Entry;
using record::Record;
using std::filesystem::path;
using target::IndexState;
using target::View;

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

std::string content_hash(const View& view, const RemoteFile& file, const RelPath* location,
                         const target::Reader& reader) {
  if (!location || !target::needs_content_hash(file, reader)) return "";
  return sha256_of_file(view.place.root / location->str()).value_or("");
}

/// The verdicts on what the hub has, then what stands only here.
std::vector<FileStatus> judge(const Site& site, const View& view, const std::optional<Record>& record,
                              const RemoteTree& tree, const target::Reader& reader) {
  std::vector<FileStatus> files;
  std::vector<std::string> locations;  // of what is on the hub
  for (const RemoteFile& file : tree.files) {
    const auto location = site.target->location(file.path, {site.repo.revision, tree.version, &tree});
    const RelPath* at = location ? &*location : nullptr;
    if (at) locations.push_back(at->str());
    target::FileFacts facts = target::facts_of(view, file.path.str(), at);
    facts.sha256 = content_hash(view, file, at, reader);
    FileStatus status;
    status.path = file.path.str();
    status.size = file.lfs_size.value_or(file.size);
    status.on_hub = true;
    status.adopted = record && at && record->find(at->str());
    status.snapshot = site.target->verdict(facts, view.index_state, file, reader, Question::snapshot);
    status.single_file = site.target->verdict(facts, view.index_state, file, reader, Question::single_file);
    files.push_back(std::move(status));
  }
  std::ranges::sort(locations);
  for (const target::PlacedFile& placed : view.files) {
    const bool known = std::ranges::binary_search(locations, placed.path);
    if (known || placed.kind == fs::Kind::folder) continue;
    FileStatus status;
    status.path = placed.path;
    status.size = placed.stamp.size;
    status.adopted = record && record->find(placed.path);
    // Nothing asks for it: the client leaves it alone.
    status.snapshot = status.single_file = {Action::accepts, Reason::any_record, false};
    files.push_back(std::move(status));
  }
  std::ranges::sort(files, {}, &FileStatus::path);
  return files;
}

/// By the question that the reader asks.
void count(RepoStatus& repo, Question question) {
  std::uint64_t none = 0;
  for (const FileStatus& file : repo.files) {
    const Verdict& verdict = question == Question::single_file ? file.single_file : file.snapshot;
    const bool comes = verdict.action == Action::downloads || verdict.action == Action::stuck;
    repo.downloads += comes;
    if (comes) repo.download_bytes += file.size;
    repo.losses += verdict.loses_local;
    none += question == Question::single_file && verdict.action == Action::returns_none;
  }
  if (none > 0)
    repo.notes.push_back("the reader asks file by file, and gets None for " + counted(none, "file") +
                         ": run hubcache refresh");
}

RepoState state_of(const RepoStatus& repo, const View& view, const std::optional<Record>& record) {
  if (view.index_state == IndexState::damaged || view.index_state == IndexState::unreadable) return RepoState::damaged;
  if (record) return RepoState::adopted;
  if (view.files.empty()) return RepoState::empty;
  return repo.downloads > 0 ? RepoState::partial : RepoState::genuine;
}

/// The wiki page's script records `.mdl` as a file (it lists the folder after writing that), and N/A where the hub gave
/// no answer.
bool is_by_wiki_script(const View& view) {
  return std::ranges::any_of(view.index, [](const target::IndexRecord& record) {
    return record.path == ".mdl" || record.path == ".msc" || record.revision == "N/A";
  });
}

bool has_drifted(const View& view, const Record& record, const Entry& entry) {
  if (record.in_place) return false;
  const target::PlacedFile* file = view.file(entry.location().str());
  if (!file) return true;
  fs::Status status;
  status.kind = file->kind;
  status.stamp = file->stamp;
  status.links = file->links;
  return !adoption::is_ours(status, entry) || !file->exists;
}

void note_adoption(const View& view, const Record& record, RepoStatus& repo) {
  if (repo.unfinished)
    repo.notes.push_back("the last command on it was cut off; run hubcache adopt again, or hubcache release");
  const auto drifted =
      std::ranges::count_if(record.entries, [&](const Entry& entry) { return has_drifted(view, record, entry); });
  if (drifted > 0) {
    repo.notes.push_back(counted(static_cast<std::uint64_t>(drifted), "file") +
                         " in the place changed since the adoption, or lead to nothing; adopt again, or hubcache "
                         "refresh, places them anew (what changed is kept)");
  }
  const bool is_link = record.entries.empty() ? false
                                              : record.entries.front().link == LinkKind::symlink ||
                                                    record.entries.front().link == LinkKind::hardlink;
  if (is_link && !view.moves_by_rename) {
    repo.notes.push_back(
        "the SDK's temporary folder is on another file system than the place now: it would write through the links "
        "into your files; adopt again");
  }
}

/// What a target that cannot be pinned has to say of the hub.
void note_hub(const target::Target& target, RepoStatus& repo) {
  if (repo.hub_moved_on.value_or(false)) {
    if (const auto note = target.when_hub_moved_on(); !note.empty()) repo.notes.emplace_back(note);
    return;
  }
  const auto left = static_cast<std::uint64_t>(std::ranges::count_if(repo.files, [](const FileStatus& file) {
    return file.on_hub && !file.adopted && file.snapshot.action == Action::downloads;
  }));
  if (const auto note = target.when_hub_has_more(); left > 0 && !note.empty())
    repo.notes.push_back(counted(left, "file") + " of the hub not adopted: " + std::string(note));
}

void note_place(const View& view, const std::optional<Record>& record, RepoStatus& repo) {
  if (view.index_state == IndexState::damaged || view.index_state == IndexState::unreadable) {
    repo.notes.push_back("its index .msc cannot be read (" + view.index_error +
                         "): the SDK raises an exception; adopt again, or delete it");
  }
  if (!record && is_by_wiki_script(view)) {
    repo.notes.push_back(
        "its index was written by the wiki page's script: files in sub-folders and those with N/A are downloaded over "
        "yours; adopt it instead");
  }
  if (view.root_is_link && !record) {
    repo.notes.push_back(
        "the place is a symlink to a folder: where the SDK downloads a file, it deletes yours there; adopt that folder "
        "instead");
  }
  if (!view.unmasked_files.empty()) {
    repo.notes.push_back(counted(view.unmasked_files.size(), "file") + " in the unmasked folder " +
                         in_quotes((view.place.root.parent_path() / view.place.temporary.filename()).native()) +
                         ", where the SDK does not look");
  }
  for (const std::string& busy : view.busy) repo.notes.push_back("a download is under way: " + busy);
  const auto stuck =
      std::ranges::count_if(repo.files, [](const FileStatus& file) { return file.snapshot.action == Action::stuck; });
  if (stuck > 0) {
    repo.notes.push_back(counted(static_cast<std::uint64_t>(stuck), "file") +
                         " will never arrive: unfinished downloads in " + in_quotes(view.place.temporary.native()) +
                         " stop the SDK; adopting clears them");
  }
}

/// By the listing's own version; where one of the two has none, by the files' ids. nullopt: the adoption knows of
/// neither.
std::optional<bool> moved_on(const Record& record, const std::string& revision, const RemoteTree& tree) {
  const auto adopted = std::ranges::find(record.revisions, revision, &record::AdoptedRevision::name);
  if (adopted != record.revisions.end() && !adopted->version.empty() && !tree.version.empty())
    return adopted->version != tree.version;
  const auto number = static_cast<std::uint16_t>(adopted - record.revisions.begin());
  std::optional<bool> moved;
  for (const Entry& entry : record.entries) {
    const RemoteFile* file = tree.find(entry.path);
    for (const record::ExactId& id : file ? entry.exact : std::vector<record::ExactId>()) {
      if (id.revision == number && !id.synthetic) moved = moved.value_or(false) || !(id.sha == file->sha);
    }
  }
  return moved;
}

/// What `download_bytes` leaves out.
void note_sizes(const RemoteTree& tree, RepoStatus& repo) {
  std::uint64_t unknown = 0;
  for (const FileStatus& file : repo.files) {
    if (file.snapshot.action != Action::downloads && file.snapshot.action != Action::stuck) continue;
    const auto path = RelPath::parse(file.path);
    const RemoteFile* listed = path ? tree.find(*path) : nullptr;
    unknown += listed && !hub::is_size_known(tree, *listed);
  }
  if (unknown > 0)
    repo.notes.push_back(
        counted(unknown, "file") +
        " to download may be of LFS: the hub lists no sizes of these, and they are not counted in full");
}

void describe_adoption(const Record& record, RepoStatus& repo) {
  repo.repo_id = record.repo_id;
  repo.type = record.type;
  repo.adopted_at = record.adopted_at;
  repo.folder = record.folder;
  repo.link = record.entries.empty() ? LinkKind::symlink : record.entries.front().link;
  repo.pin = record.pin;
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

/// Of a reader that keeps a revision in a folder of its own: what stands there is what it takes for the repo, offline.
std::vector<RemoteFile> standing_files(const Site& site, const View& view, std::vector<RemoteFile> files) {
  const path folder = site.target->files_in(view, site.repo).lexically_relative(view.place.root);
  if (folder == ".") return files;
  for (const target::PlacedFile& file : view.files) {
    const bool is_beneath = file.path.starts_with(folder.native() + "/") && file.kind != fs::Kind::folder;
    const auto name = RelPath::parse(is_beneath ? file.path.substr(folder.native().size() + 1) : "");
    if (name) files.push_back({*name, adoption::unknown_id(), file.stamp.size, {}, {}});
  }
  return files;
}

Result<RepoStatus> status_of_repo(const Environment& environment, Site site, bool offline) {
  RepoStatus repo = status_by_name(site);
  const auto loaded = record::load(site.place.record);
  const auto record = loaded ? *loaded : std::nullopt;
  if (!loaded) repo.notes.push_back(loaded.error().message);
  if (record) {
    describe_adoption(*record, repo);
    site.repo = {site.repo.type, TRY(RepoId::parse(record->repo_id)), TRY(Revision::parse(repo.revisions.back()))};
  }
  const View view = TRY(site.target->view(site.place));
  RemoteTree tree;
  if (!offline) {
    const hub::Local local{[&](const RelPath& file) { return view.file(file.str()) != nullptr; }};
    auto listing = hub::list(site.target->hub(), environment, site.repo, local);
    repo.asked_hub = listing.has_value();
    if (listing) tree = std::move(listing->tree);
    else repo.hub_error = listing.error().message;
  }
  if (!repo.asked_hub) tree = adoption::recorded_tree(view, record);
  if (!repo.asked_hub && !record) tree.files = standing_files(site, view, std::move(tree.files));
  if (tree.version.empty()) tree.version = site.target->version_in(view, site.repo);
  if (record && repo.asked_hub) repo.hub_moved_on = moved_on(*record, site.repo.revision.str(), tree);
  repo.files = judge(site, view, record, tree, site.target->reader(environment));
  count(repo, site.target->question());
  if (repo.asked_hub) note_sizes(tree, repo);
  repo.state = state_of(repo, view, record);
  repo.displaced = TRY(measure(site.place.record / "displaced"));
  repo.originals = TRY(measure(site.place.record / "originals"));
  repo.kept = TRY(measure(site.place.record / "kept"));
  if (record) note_adoption(view, *record, repo);
  if (record) note_hub(*site.target, repo);
  note_place(view, record, repo);
  return repo;
}

/// Among others, one that cannot be looked at must not hide the rest.
RepoStatus unreadable(const Site& site, const Error& error) {
  RepoStatus repo = status_by_name(site);
  repo.state = RepoState::damaged;
  repo.notes.push_back(error.message);
  return repo;
}

/// A cache of Hugging Face's may hold dozens of repos that nobody has asked about: the hub is asked about the adopted
/// ones.
bool asks_hub(const StatusRequest& request, const Site& site) {
  const bool is_one_of_many = request.repo_ids.empty() && site.target->hub() == HubKind::huggingface;
  return !request.offline && !(is_one_of_many && !adoption::is_recorded(site));
}

bool validates_hashes(const Environment& environment) {
  return std::ranges::any_of(target::all(),
                             [&](const target::Target* target) { return target->reader(environment).hash_validation; });
}

}  // namespace

std::string_view name_of(RepoState state) {
  switch (state) {
    case RepoState::adopted: return "adopted";
    case RepoState::genuine: return "genuine";
    case RepoState::partial: return "partial";
    case RepoState::damaged: return "damaged";
    case RepoState::empty: return "empty";
  }
  return "";
}

Result<path> place_of(const Environment& environment, std::string_view target, RepoType type,
                      std::string_view repo_id) {
  return TRY(adoption::find_site(environment, target, type, repo_id, "")).place.root;
}

Result<StatusReport> status(const Environment& environment, const StatusRequest& asked) {
  StatusRequest request = asked;
  TRY(adoption::expand_shorthand(request.repo_ids, request.targets));
  StatusReport report;
  if (validates_hashes(environment)) {
    report.notes.push_back(
        "AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION is on: the SDK accepts no cache at all then, and downloads everything "
        "at every run; unset it, or start programs by hubcache run");
  }
  const auto sites = TRY(adoption::asked_sites(environment, {request.targets, request.repo_ids, request.place}));
  for (const Site& site : sites) {
    auto repo = status_of_repo(environment, site, !asks_hub(request, site));
    if (!repo && !request.repo_ids.empty()) return repo.error();
    report.repos.push_back(repo ? *std::move(repo) : unreadable(site, repo.error()));
  }
  return report;
}

Result<std::vector<FileStatus>> predict(const Environment& environment, const PredictRequest& asked) {
  PredictRequest request = asked;
  std::vector<std::string> ids = {asked.repo_id}, targets;
  if (asked.target) targets.push_back(*asked.target);
  TRY(adoption::expand_shorthand(ids, targets));
  request.repo_id = ids.front();
  const Site site = TRY(adoption::find_site(environment, targets.empty() ? "aistudio" : targets.front(), request.type,
                                            request.repo_id, request.revision, request.place));
  const auto record = TRY(record::load(site.place.record));
  const View view = TRY(site.target->view(site.place));
  const hub::Local local{[&](const RelPath& file) { return view.file(file.str()) != nullptr; }};
  RemoteTree tree = request.offline ? adoption::recorded_tree(view, record)
                                    : TRY(hub::list(site.target->hub(), environment, site.repo, local)).tree;
  if (tree.version.empty()) tree.version = site.target->version_in(view, site.repo);
  return judge(site, view, record, tree, site.target->reader(environment));
}

}  // namespace hubcache
