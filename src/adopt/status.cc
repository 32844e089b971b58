#include <hubcache/status.h>

#include <hubcache/digest.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "adopt/absence_notes.h"
#include "adopt/cautions.h"
#include "adopt/command_line.h"
#include "adopt/commit_copies.h"
#include "adopt/content_size.h"
#include "adopt/custody.h"
#include "adopt/gather.h"
#include "adopt/link_counts.h"
#include "adopt/mount_points.h"
#include "adopt/offline.h"
#include "adopt/plan.h"
#include "adopt/recorded.h"
#include "adopt/renewed_stamps.h"
#include "adopt/writable.h"
#include "base/caught.h"
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

Result<void> measure_aside(const path& record_folder, RepoStatus& repo) {
  repo.displaced = TRY(measure(record_folder / "displaced"));
  repo.originals = TRY(measure(record_folder / "originals"));
  repo.kept = TRY(measure(record_folder / "kept"));
  return {};
}

std::string content_hash(const View& view, const RemoteFile& file, const RelPath* location,
                         const target::Reader& reader) {
  if (!location || !target::needs_content_hash(file, reader)) return "";
  return sha256_of_file(view.place.root / location->str()).value_or("");
}

/// What the verdicts on one place are made from.
struct Facts {
  const target::Target& target;
  const View& view;
  const std::optional<Record>& record;
  target::Reader reader;
  bool is_writable = true;  ///< as far as the client writes at every run
};

/// Gathers the verdicts, revision by revision, on what the hub has; then what stands only here.
class Judge {
 public:
  explicit Judge(const Facts& facts) : facts_(facts) {}

  void add(const Revision& revision, const RemoteTree& tree) {
    for (const RemoteFile& file : tree.files) {
      const auto location = facts_.target.location(file.path, {revision, tree.version, &tree});
      if (location) locations_.push_back(location->str());
      files_.push_back(verdicts_on(file, location ? &*location : nullptr));
      files_.back().revision = revision.str();
      files_.back().size_known = hub::is_size_known(tree, file);
    }
  }

  std::vector<FileStatus> files() && {
    add_local_ones();
    std::ranges::stable_sort(files_, {}, &FileStatus::path);
    return std::move(files_);
  }

 private:
  FileStatus verdicts_on(const RemoteFile& file, const RelPath* at) const {
    const auto& [target, view, record, reader, is_writable] = facts_;
    target::FileFacts facts = target::facts_of(view, file.path.str(), at);
    facts.sha256 = content_hash(view, file, at, reader);
    FileStatus status;
    status.path = file.path.str();
    status.size = file.lfs_size.value_or(file.size);
    status.on_hub = true;
    status.adopted = record && at && record->find(at->str());
    status.snapshot = target.verdict(facts, view.index_state, file, reader, Question::snapshot);
    status.single_file = target.verdict(facts, view.index_state, file, reader, Question::single_file);
    if (!is_writable) status.snapshot = status.single_file = {Action::raises, Reason::not_writable, false};
    return status;
  }

  /// Nothing asks for them: the client leaves them alone.
  void add_local_ones() {
    std::ranges::sort(locations_);
    for (const target::PlacedFile& placed : facts_.view.files) {
      const bool known = std::ranges::binary_search(locations_, placed.path);
      if (known || placed.kind == fs::Kind::folder) continue;
      FileStatus status;
      status.path = placed.path;
      status.size = adoption::content_size(facts_.view, placed);
      status.adopted = facts_.record && facts_.record->find(placed.path);
      status.snapshot = status.single_file = {Action::accepts, Reason::any_record, false};
      files_.push_back(std::move(status));
    }
  }

  const Facts& facts_;
  std::vector<FileStatus> files_;
  std::vector<std::string> locations_;  ///< of what is on the hub
};

const Verdict& verdict_on(const FileStatus& file, Question question) {
  return question == Question::single_file ? file.single_file : file.snapshot;
}

/// Or would be, if a leftover did not stop it.
bool comes(const Verdict& verdict) { return verdict.action == Action::downloads || verdict.action == Action::stuck; }

void count(Outlook& outlook, const FileStatus& file, const Verdict& verdict) {
  outlook.downloads += comes(verdict);
  if (verdict.action == Action::downloads) outlook.download_bytes += file.size;
  outlook.losses += verdict.loses_local;
  outlook.stuck += verdict.action == Action::stuck;
  outlook.raises += verdict.action == Action::raises;
}

std::string command_on(std::string_view command, const RepoStatus& repo) {
  return adoption::command_on(command, {repo.target, repo.repo_id, repo.type, repo.place});
}

std::string client_of(const RepoStatus& repo) {
  const auto target = target::find(repo.target);
  return std::string(target ? (*target)->client().client : "the client");
}

/// By the question that the reader asks.
void count(RepoStatus& repo, Question question) {
  std::uint64_t none = 0;
  for (const FileStatus& file : repo.files) {
    const Verdict& verdict = verdict_on(file, question);
    const auto its_own = std::ranges::find(repo.by_revision, file.revision, &RevisionStatus::revision);
    if (its_own != repo.by_revision.end()) count(*its_own, file, verdict);
    count(repo, file, verdict);
    none += question == Question::single_file && verdict.action == Action::returns_none;
  }
  if (none > 0)
    repo.notes.push_back(client_of(repo) + " asks file by file, and gets None for " + counted(none, "file") + ": run " +
                         command_on("refresh", repo));
}

/// Of all revisions together: what is not known of one is not known.
void sum_up_hub(RepoStatus& repo) {
  repo.asked_hub = std::ranges::all_of(repo.by_revision, &RevisionStatus::asked_hub);
  repo.is_known = std::ranges::all_of(repo.by_revision, &RevisionStatus::is_known);
  bool has_moved = false, is_known = true;
  for (const RevisionStatus& one : repo.by_revision) {
    if (repo.hub_error.empty()) repo.hub_error = one.hub_error;
    if (repo.client_raises.empty()) repo.client_raises = one.client_raises;
    has_moved = has_moved || one.hub_moved_on.value_or(false);
    is_known = is_known && one.hub_moved_on;
  }
  if (has_moved || is_known) repo.hub_moved_on = has_moved;
}

/// Verdicts on account of records of the wrong shape.
std::uint64_t count_odd(const RepoStatus& repo) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      repo.files, [](const FileStatus& file) { return file.snapshot.reason == Reason::odd_record; }));
}

/// Not on account of the hub, whatever the place holds.
std::uint64_t count_raises_of_place(const RepoStatus& repo) {
  return static_cast<std::uint64_t>(std::ranges::count_if(repo.files, [](const FileStatus& file) {
    const Verdict& verdict = file.snapshot;
    const bool is_hubs = verdict.reason == Reason::refused || verdict.reason == Reason::no_listing ||
                         verdict.reason == Reason::not_in_contents;
    return verdict.action == Action::raises && !is_hubs;
  }));
}

RepoState state_of(const RepoStatus& repo, const View& view, const std::optional<Record>& record) {
  if (repo.state == RepoState::unreadable) return repo.state;
  if (view.index_state == IndexState::damaged || view.index_state == IndexState::unreadable) return RepoState::damaged;
  if (count_odd(repo) > 0 || !repo.error.empty()) return RepoState::damaged;
  if (record || !repo.owner.empty()) return RepoState::adopted;
  if (view.files.empty()) return RepoState::empty;
  return repo.downloads > 0 || count_raises_of_place(repo) > 0 ? RepoState::partial : RepoState::genuine;
}

/// The wiki page's script records `.mdl` as a file (it lists the folder after writing that), and N/A where the hub gave
/// no answer.
bool is_by_wiki_script(const View& view) {
  return std::ranges::any_of(view.index, [](const target::IndexRecord& record) {
    return record.path == ".mdl" || record.path == ".msc" || record.revision == "N/A";
  });
}

/// Whether a file that stands by its inode or its bytes is still the one that the user's name leads to: an editor that
/// renames a new file over the name cuts a hard link off, however many other links the old one has; an edit leaves a
/// copy behind. Of a name that cannot be looked at nothing is known.
bool is_cut_off(const Record& record, const Entry& entry) {
  if (entry.link != LinkKind::hardlink && entry.link != LinkKind::copy && entry.link != LinkKind::reflink) return false;
  const auto mine = fs::status_of_target(record.folder / entry.path.str());
  if (!mine) return false;
  if (entry.link == LinkKind::hardlink) return !entry.placed || mine->stamp.inode != entry.placed->inode;
  return mine->stamp != entry.source;
}

bool has_drifted(const View& view, const Record& record, const Entry& entry) {
  if (record.in_place) return false;
  const target::PlacedFile* file = view.file(entry.location().str());
  if (!file) return true;
  fs::Status status;
  status.kind = file->kind;
  status.stamp = file->stamp;
  status.links = file->links;
  return !adoption::is_ours(status, entry) || !file->exists || is_cut_off(record, entry);
}

/// In place: a newer file of the user's own, of which there is no second link yet.
bool is_unguarded(const View& view, const Record& record, const Entry& entry) {
  const target::PlacedFile* file = view.file(entry.location().str());
  const bool is_another = file && entry.placed && file->stamp.inode != entry.placed->inode;
  return record.in_place && is_another && !adoption::is_for_another_file(view, record, entry);
}

void note_adoption(const View& view, const Record& record, const adoption::BelowMounts& mounts, RepoStatus& repo) {
  if (repo.unfinished && record.phase != record::Phase::releasing)
    repo.notes.push_back("the last command on it was cut off; run " + command_on("refresh", repo) + ", or " +
                         command_on("release", repo));
  const auto drifted = std::ranges::count_if(record.entries, [&](const Entry& entry) {
    return has_drifted(view, record, entry) && !adoption::is_below(mounts, entry.location().str());
  });
  if (drifted > 0) {
    repo.notes.push_back(counted(static_cast<std::uint64_t>(drifted), "file") +
                         " in the place changed since the adoption, or lead to nothing; " +
                         command_on("refresh", repo) + " places them anew (what changed is kept)");
  }
  const auto unguarded =
      std::ranges::count_if(record.entries, [&](const Entry& entry) { return is_unguarded(view, record, entry); });
  if (unguarded > 0) {
    repo.notes.push_back(counted(static_cast<std::uint64_t>(unguarded), "file") +
                         " of yours stand there that are newer than the adoption and have no second link: run " +
                         command_on("refresh", repo));
  }
  if (record.entries.empty() || view.moves_by_rename) return;
  const auto links = adoption::count_links(record);
  const std::string elsewhere =
      "the client's temporary folder is on another file system than the place now: it would write ";
  if (links.contains(LinkKind::in_place))
    repo.notes.push_back(elsewhere + "into your files, and so through their second links; run " +
                         command_on("release", repo) + ", move the model to a folder of its own, and adopt that");
  if (links.contains(LinkKind::symlink) || links.contains(LinkKind::hardlink))
    repo.notes.push_back(elsewhere + "through the links into your files; adopt again");
}

Result<void> note_mounts_and_adoption(const Environment& environment, const Site& site, const View& view,
                                      const Record& recorded, RepoStatus& repo) {
  const adoption::Custody custody(site.place.root, site.place.record, {}, {});
  Record record = recorded;
  if (const auto unlinked = adoption::renew_stamps(environment, site, view, custody, record); unlinked > 0)
    repo.notes.push_back(adoption::describe_unlinked(unlinked));
  const auto mounts = TRY(adoption::adopted_below_mounts(record, custody));
  if (record.phase == record::Phase::releasing) {
    const Error incomplete = adoption::incomplete_release(site, record);
    repo.notes.push_back(incomplete.message + "; " + incomplete.hint);
  } else {
    std::ranges::move(adoption::describe(mounts, site.place.root), std::back_inserter(repo.notes));
  }
  note_adoption(view, record, mounts, repo);
  return {};
}

/// The adopted files that the hub does not have at this revision. Where the hub was not asked, those that it did not
/// have when it was: not known of a revision that was adopted offline.
std::vector<std::string> files_only_here(const Record& record, const std::string& revision, const RemoteTree& tree,
                                         bool asked_hub) {
  const auto adopted = std::ranges::find(record.revisions, revision, &record::AdoptedRevision::name);
  const auto number = static_cast<std::uint16_t>(adopted - record.revisions.begin());
  std::vector<std::string> names;
  bool was_asked = adopted != record.revisions.end() && !adopted->hub_only.empty();
  for (const Entry& entry : record.entries) {
    const auto id = std::ranges::find(entry.exact, number, &record::ExactId::revision);
    if (id == entry.exact.end()) continue;
    was_asked = was_asked || !id->synthetic;
    if (asked_hub ? !tree.find(entry.path) : id->synthetic) names.push_back(entry.path.str());
  }
  return asked_hub || was_asked ? names : std::vector<std::string>();
}

/// What clients do not see of the adoption.
void note_unseen(const target::Target& target, const View& view, const Record& record, RepoStatus& repo) {
  std::ranges::sort(repo.only_here);
  const auto repeated = std::ranges::unique(repo.only_here);
  repo.only_here.erase(repeated.begin(), repeated.end());
  repo.hidden = adoption::hidden_files(target, view, record);
  if (const auto what = target.when_only_here(); !repo.only_here.empty() && !what.empty())
    repo.notes.push_back("the hub does not have " + counted_names(repo.only_here, "file") + ": " + std::string(what));
  if (!repo.hidden.empty())
    repo.notes.push_back("clients do not look at " + counted_names(repo.hidden, "file") +
                         ", since their notes in .no_exist say that the hub does not have them; " +
                         command_on("refresh", repo) + " moves these notes aside, and so does hubcache run");
}

/// A copy that cannot be looked at must not hide the rest.
void note_copies(const Environment& environment, const Site& site, const Record& record, RepoStatus& repo) {
  const auto outdated = adoption::outdated_copies(environment, site, record);
  if (!outdated) return repo.notes.push_back("copies outside of the place are not known: " + outdated.error().message);
  repo.outdated_copies = adoption::names_of(*outdated);
  for (const std::string& name : repo.outdated_copies)
    repo.notes.push_back("programs take an older copy of these files, which they have made in " + in_quotes(name) +
                         ": " + command_on("refresh", repo) + " moves it aside");
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
    repo.notes.push_back("its index .msc cannot be read (" + view.index_error + "): " + client_of(repo) +
                         " raises an exception; adopt again, or delete it");
  }
  if (count_odd(repo) > 0) {
    repo.notes.push_back("its index .msc holds a record of the wrong shape: " + client_of(repo) +
                         " raises an exception when it gets to it; adopt again, or delete it");
  }
  if (!record && is_by_wiki_script(view)) {
    repo.notes.emplace_back(
        "its index was written by the wiki page's script: files in sub-folders and those with N/A are downloaded over "
        "yours; adopt it instead");
  }
  if (view.root_is_link && !record) {
    repo.notes.push_back("the place is a symlink to a folder: where " + client_of(repo) +
                         " downloads a file, it deletes yours there; adopt that folder instead");
  }
  if (!view.unmasked_files.empty()) {
    repo.notes.push_back(counted(view.unmasked_files.size(), "file") + " in the unmasked folder " +
                         in_quotes((view.place.root.parent_path() / view.place.temporary.filename()).native()) +
                         ", where " + client_of(repo) + " does not look");
  }
  for (const std::string& busy : view.busy) repo.notes.push_back("a download is under way: " + busy);
  std::set<std::string_view> stuck;  // a download serves all revisions
  for (const FileStatus& file : repo.files) {
    if (file.snapshot.action == Action::stuck) stuck.insert(file.path);
  }
  if (!stuck.empty()) {
    repo.notes.push_back(counted(stuck.size(), "file") + " will never arrive: unfinished downloads in " +
                         in_quotes(view.place.temporary.native()) + " stop " + client_of(repo) +
                         "; adopting clears them");
  }
}

/// By the listing's own version; where one of the two has none, by the files' ids. nullopt: the adoption knows of
/// neither.
std::optional<bool> moved_on(const Record& record, const std::string& revision, const RemoteTree& tree) {
  const auto adopted = std::ranges::find(record.revisions, revision, &record::AdoptedRevision::name);
  if (adopted != record.revisions.end() && !adopted->version.empty() && !tree.version.empty()) {
    const bool is_same = adopted->version == tree.version;
    const bool is_all = tree.default_branch.empty() || tree.default_branch == revision;
    if (!is_same || is_all) return !is_same;  // else the files may be the default branch's
  }
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
void note_sizes(RepoStatus& repo) {
  const auto unknown = static_cast<std::uint64_t>(std::ranges::count_if(
      repo.files, [](const FileStatus& file) { return comes(file.snapshot) && !file.size_known; }));
  if (unknown > 0)
    repo.notes.push_back(
        counted(unknown, "file") +
        " to download may be of LFS: the hub lists no sizes of these, and they are not counted in full");
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

/// Of a reader that keeps a revision in a folder of its own: what stands there is what it takes for the repo, offline.
std::vector<RemoteFile> standing_files(const Site& site, const View& view, std::vector<RemoteFile> files) {
  const path folder = site.target->files_in(view, site.repo).lexically_relative(view.place.root);
  if (folder == ".") return files;
  for (const target::PlacedFile& file : view.files) {
    const bool is_beneath = file.path.starts_with(folder.native() + "/") && file.kind != fs::Kind::folder;
    const auto name = RelPath::parse(is_beneath ? file.path.substr(folder.native().size() + 1) : "");
    if (name) files.push_back({*name, adoption::unknown_id(), adoption::content_size(view, file), {}, {}});
  }
  return files;
}

/// The hub answers the client as it answers hubcache.
void refuse(RemoteTree& tree, const std::string& why) {
  tree.snapshot_raises = why;
  for (RemoteFile& file : tree.files) file.snapshot_raises = file.single_file_raises = Reason::refused;
}

/// The revision's files, as far as they are known: from the hub, else from what is recorded.
RemoteTree tree_of(const Environment& environment, const Site& site, const Facts& facts, bool offline,
                   RevisionStatus& status) {
  const View& view = facts.view;
  RemoteTree tree;
  bool is_refused = false;
  if (!offline) {
    const hub::Local local{[&](const RelPath& file) { return view.file(file.str()) != nullptr; }};
    auto listing = hub::list(site.target->hub(), environment, site.repo, local);
    status.asked_hub = listing.has_value();
    if (listing) tree = std::move(listing->tree);
    else status.hub_error = listing.error().message;
    is_refused = !listing && listing.error().refused;
  }
  if (!status.asked_hub) tree = adoption::recorded_tree(view, facts.record, site.repo.revision);
  if (!status.asked_hub && !facts.record) tree.files = standing_files(site, view, std::move(tree.files));
  if (is_refused) refuse(tree, status.hub_error);
  const bool asks =
      view.place.has_index && site.target->hub() == HubKind::aistudio && (facts.record || !view.files.empty());
  const bool is_stopped = asks && (is_refused || site.target->question() == Question::snapshot);
  if (is_stopped) status.client_raises = tree.snapshot_raises;
  if (tree.version.empty()) tree.version = site.target->version_in(view, site.repo);
  return tree;
}

/// Whether what is recorded tells what the hub has. A reader without an index takes what stands there.
bool tells_of_hub(const Facts& facts, const RemoteTree& tree, const std::string& revision) {
  if (!facts.record && !facts.view.place.has_index) return !facts.view.files.empty();
  const record::AdoptedRevision* adopted = facts.record ? facts.record->revision(revision) : nullptr;
  const auto has_sha = [](const RemoteFile& file) { return file.sha != adoption::unknown_id(); };
  return std::ranges::any_of(tree.files, has_sha) || (adopted && !adopted->hub_only.empty());
}

std::string other_hub_of(const Environment& environment, const Site& site, const std::optional<Record>& record) {
  const auto address = hub::address(site.target->hub(), environment);
  return address && record ? adoption::other_hub(*record, site.repo.revision.str(), *address) : "";
}

void note_other_hub(const Site& site, const std::string& revision, const std::string& adopted_from,
                    const std::string& present, RepoStatus& repo) {
  const std::string variable = hub::address_variable(site.target->hub());
  repo.notes.push_back(revision + " was adopted from the hub " + adopted_from + ", and " + variable + " leads to " +
                       present + " now: what is said here of the hub is of that one; to refresh it: " + variable + "=" +
                       shell_word(adopted_from) + " " + command_on("refresh", repo));
}

/// Adds the verdicts on each revision, and how it stands with it.
Result<void> judge_revisions(const Environment& environment, Site site, const Facts& facts, bool offline,
                             RepoStatus& repo) {
  Judge judge(facts);
  for (const std::string& name : repo.revisions) {
    site.repo.revision = TRY(Revision::parse(name));
    RevisionStatus& status = repo.by_revision.emplace_back();
    status.revision = name;
    const RemoteTree tree = tree_of(environment, site, facts, offline, status);
    if (const auto note = adoption::other_host_note(tree); !note.empty()) repo.notes.push_back(note);
    status.is_known = status.asked_hub || tells_of_hub(facts, tree, name);
    const std::string other = other_hub_of(environment, site, facts.record);
    if (facts.record && status.asked_hub && other.empty()) status.hub_moved_on = moved_on(*facts.record, name, tree);
    if (!other.empty()) note_other_hub(site, name, other, TRY(hub::address(site.target->hub(), environment)), repo);
    if (facts.record && other.empty())
      std::ranges::copy(files_only_here(*facts.record, name, tree, status.asked_hub),
                        std::back_inserter(repo.only_here));
    judge.add(site.repo.revision, tree);
  }
  sum_up_hub(repo);
  repo.files = std::move(judge).files();
  count(repo, site.target->question());
  if (repo.asked_hub) note_sizes(repo);
  return {};
}

/// The rest of what stands there can be told all the same.
void note_error(const Error& error, RepoStatus& repo) {
  repo.error = error.message;
  repo.notes.push_back(error.message + (error.hint.empty() ? "" : ": " + error.hint));
}

/// Shown as far as its header tells; the verdicts are those on a place that is not adopted.
void describe_foreign(const Site& site, RepoStatus& repo) {
  repo.owner = site.record_owner.empty() ? "unknown" : site.record_owner;
  const auto record = record::load_header(site.place.record, record::Trust::anybody);
  if (!record) note_error(record.error(), repo);
  if (record && *record) describe_adoption(site, **record, repo);
  repo.notes.push_back("the adoption recorded in " + in_quotes(site.place.record.native()) + " is not trusted (" +
                       site.objection +
                       "): no command acts on it; if you trust whoever wrote it: " + command_on("release", repo) +
                       " --trust-owner, or the same with refresh; hubcache adopt sets it aside");
}

Result<RepoStatus> status_of_repo(const Environment& environment, Site site, bool offline) {
  RepoStatus repo = status_by_name(site);
  if (site.unreadable) {
    note_error(*site.unreadable, repo);
    repo.state = RepoState::unreadable;
  }
  if (site.place.root.empty()) return repo;
  const bool is_trusted = site.objection.empty() && !site.unreadable;
  auto loaded = is_trusted ? record::load(site.place.record, record::Trust::own) : std::optional<Record>();
  const auto record = loaded ? *std::move(loaded) : std::nullopt;
  if (!loaded) note_error(loaded.error(), repo);
  if (!site.objection.empty()) describe_foreign(site, repo);
  if (record) {
    describe_adoption(site, *record, repo);
    site.repo.id = TRY(RepoId::parse(record->repo_id));
  }
  const View view = TRY(site.target->view(site.place));
  const auto unwritable = adoption::find_unwritable(*site.target, site.place);
  const Facts facts{*site.target, view, record, site.target->reader(environment), !unwritable.stops_all};
  TRY(judge_revisions(environment, site, facts, offline, repo));
  repo.state = state_of(repo, view, record);
  if (is_trusted) TRY(measure_aside(site.place.record, repo));
  if (record) TRY(note_mounts_and_adoption(environment, site, view, *record, repo));
  if (record) note_hub(*site.target, repo);
  if (record) note_unseen(*site.target, view, *record, repo);
  if (record) note_copies(environment, site, *record, repo);
  note_place(view, record, repo);
  if (!unwritable.note.empty() && !repo.files.empty()) repo.notes.push_back(unwritable.note);
  return repo;
}

/// Among others, one that cannot be looked at must not hide the rest.
RepoStatus unreadable(const Site& site, const Error& error) {
  RepoStatus repo = status_by_name(site);
  repo.state = RepoState::unreadable;
  note_error(error, repo);
  return repo;
}

/// A cache of Hugging Face's may hold dozens of repos that nobody has asked about: the hub is asked about the adopted
/// ones.
bool asks_hub(const Environment& environment, const StatusRequest& request, const Site& site) {
  const bool is_one_of_many = request.repo_ids.empty() && site.target->hub() == HubKind::huggingface;
  return !request.offline && !adoption::is_offline(environment, site) &&
         (!is_one_of_many || adoption::is_recorded(site));
}

/// Adds the note if it is new: several repos may give the same one.
void add_new(const std::string& note, std::vector<std::string>& notes) {
  if (!note.empty() && std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
}

/// Whether a client that is asked about does.
bool validates_hashes(const Environment& environment, const StatusRequest& request, std::optional<HubKind> hub) {
  return std::ranges::any_of(target::all(), [&](const target::Target* target) {
    const bool is_named = std::ranges::find(request.targets, target->name()) != request.targets.end();
    const bool is_asked = request.targets.empty() ? !hub || target->hub() == *hub : is_named;
    return is_asked && target->reader(environment).hash_validation;
  });
}

}  // namespace

std::string_view name_of(RepoState state) {
  switch (state) {
    case RepoState::adopted: return "adopted";
    case RepoState::genuine: return "genuine";
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
  if (validates_hashes(environment, request, hub)) {
    report.notes.emplace_back(
        "AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION is on: the SDK accepts no cache at all then, and downloads everything "
        "at every run; unset it, or start programs by hubcache run");
  }
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
  RemoteTree tree = request.offline || adoption::is_offline(environment, site)
                        ? adoption::recorded_tree(view, record, site.repo.revision)
                        : TRY(hub::list(site.target->hub(), environment, site.repo, local)).tree;
  if (tree.version.empty()) tree.version = site.target->version_in(view, site.repo);
  const Facts facts{*site.target, view, record, site.target->reader(environment),
                    !adoption::find_unwritable(*site.target, site.place).stops_all};
  Judge judge(facts);
  judge.add(site.repo.revision, tree);
  return std::move(judge).files();
} catch (...) {
  return caught();
}

}  // namespace hubcache
