#include "adopt/status_notes.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "adopt/absence_notes.h"
#include "adopt/command_line.h"
#include "adopt/commit_copies.h"
#include "adopt/custody.h"
#include "adopt/folder_changes.h"
#include "adopt/link_counts.h"
#include "adopt/mount_points.h"
#include "adopt/outlook.h"
#include "adopt/plan.h"
#include "adopt/renewed_stamps.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/hub.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Record;
using target::IndexState;
using target::View;

std::string command_for(std::string_view command, const RepoStatus& repo) {
  return command_on(command, {repo.target, repo.repo_id, repo.type, repo.place});
}

std::string client_of(const RepoStatus& repo) {
  const auto target = target::find(repo.target);
  return std::string(target ? (*target)->client().client : "the client");
}

std::uint64_t count(const std::vector<Entry>& entries, const auto& predicate) {
  return static_cast<std::uint64_t>(std::ranges::count_if(entries, predicate));
}

/// Whether the place no longer holds what hubcache put there.
bool is_replaced(const View& view, const Record& record, const Entry& entry) {
  if (record.in_place) return false;
  const target::PlacedFile* file = view.file(entry.location().str());
  if (!file) return true;
  fs::Status status;
  status.kind = file->kind;
  status.stamp = file->stamp;
  status.links = file->links;
  return !is_ours(status, entry);
}

/// In place: whether the file is a newer one of the user's that has no second hard link yet.
bool is_unguarded(const View& view, const Record& record, const Entry& entry) {
  const target::PlacedFile* file = view.file(entry.location().str());
  const bool is_another = file && entry.placed && file->stamp.inode != entry.placed->inode;
  return record.in_place && is_another && !is_for_another_file(view, record, entry);
}

void note_folder(const NoteInput& input, RepoStatus& repo) {
  const auto found = folder_changes(input.site, input.record);
  const std::string folder = in_quotes(input.record.folder.native());
  if (!found) {
    repo.notes.push_back("the adopted folder cannot be compared: " + found.error().message);
    return;
  }
  repo.changes = *found;
  if (found->is_missing) {
    repo.notes.push_back("the adopted folder " + folder + " does not exist: put it back, or run " +
                         command_for("release", repo));
    return;
  }
  std::string text;
  const auto add = [&](std::uint64_t files, std::string_view what) {
    if (files > 0) text += (text.empty() ? "" : ", ") + counted(files, "file") + " " + std::string(what);
  };
  add(found->added, "added");
  add(found->changed, "changed");
  add(found->removed, "removed");
  if (!text.empty())
    repo.notes.push_back("in " + folder + ", " + text + " since the adoption: run " + command_for("refresh", repo));
}

void note_place_of(const NoteInput& input, const BelowMounts& mounts, RepoStatus& repo) {
  const auto& [environment, site, view, record] = input;
  const std::uint64_t replaced = count(record.entries, [&](const Entry& entry) {
    return is_replaced(view, record, entry) && !is_below(mounts, entry.location().str());
  });
  if (replaced > 0)
    repo.notes.push_back(counted(replaced, "adopted file") +
                         " in the place replaced, edited or removed since the adoption: run " +
                         command_for("refresh", repo) + " (it moves what it replaces to kept/)");
  const std::uint64_t unguarded =
      count(record.entries, [&](const Entry& entry) { return is_unguarded(view, record, entry); });
  if (unguarded > 0)
    repo.notes.push_back(counted(unguarded, "file") +
                         " newer than the adoption and not protected by a second hard link yet: run " +
                         command_for("refresh", repo));
}

void note_other_file_system(const NoteInput& input, RepoStatus& repo) {
  if (input.record.entries.empty() || input.view.moves_by_rename) return;
  const auto links = count_links(input.record);
  const std::string elsewhere =
      "the temporary folder of " + client_of(repo) + " is on another file system than the place now: it would write ";
  if (links.contains(LinkKind::in_place))
    repo.notes.push_back(elsewhere + "into your files, and so through their second links; run " +
                         command_for("release", repo) + ", move the model to a folder of its own, and adopt that");
  if (links.contains(LinkKind::symlink) || links.contains(LinkKind::hardlink))
    repo.notes.push_back(elsewhere + "through the links into your files; run hubcache adopt again");
}

/// The wiki page's script records `.mdl` as a file (it lists the folder after writing that), and N/A where the hub gave
/// no answer.
bool is_by_wiki_script(const View& view) {
  return std::ranges::any_of(view.index, [](const target::IndexRecord& record) {
    return record.path == ".mdl" || record.path == ".msc" || record.revision == "N/A";
  });
}

/// A copy that cannot be looked at must not hide the rest.
void note_copies(const NoteInput& input, RepoStatus& repo) {
  const auto outdated = outdated_copies(input.environment, input.site, input.record);
  if (!outdated) {
    repo.notes.push_back("copies outside of the place are not known: " + outdated.error().message);
    return;
  }
  repo.outdated_copies = names_of(*outdated);
  for (const std::string& name : repo.outdated_copies)
    repo.notes.push_back("programs take an older copy of these files, which they have made in " + in_quotes(name) +
                         ": " + command_for("refresh", repo) + " moves it aside");
}

void note_index(const View& view, RepoStatus& repo) {
  const std::string ways_out = "; run hubcache adopt, or delete it";
  if (view.index_state == IndexState::damaged || view.index_state == IndexState::unreadable)
    repo.notes.push_back("the index .msc cannot be read (" + view.index_error + "): " + client_of(repo) +
                         " raises an exception" + ways_out);
  if (count_odd_records(repo) > 0)
    repo.notes.push_back("the index .msc holds a record of the wrong shape: " + client_of(repo) +
                         " raises an exception when it gets to it" + ways_out);
}

void note_unfinished_downloads(const View& view, RepoStatus& repo) {
  for (const std::string& busy : view.busy) repo.notes.push_back("a download is under way: " + busy);
  std::set<std::string_view> stuck;  // a download serves all revisions
  for (const FileStatus& file : repo.files) {
    if (file.snapshot.action == Action::stuck) stuck.insert(file.path);
  }
  if (!stuck.empty())
    repo.notes.push_back(counted(stuck.size(), "file") + " will never arrive: unfinished downloads in " +
                         in_quotes(view.place.temporary.native()) + " stop " + client_of(repo) +
                         "; hubcache adopt clears them");
}

}  // namespace

Result<void> note_adoption(const NoteInput& input, RepoStatus& repo) {
  const Custody custody(input.site.place.root, input.site.place.record, {}, {});
  Record record = input.record;
  if (const auto unlinked = renew_stamps(input.environment, input.site, input.view, custody, record); unlinked > 0)
    repo.notes.push_back(describe_unlinked(unlinked));
  const auto mounts = TRY(adopted_below_mounts(record, custody));
  if (record.phase == record::Phase::releasing) {
    const Error incomplete = incomplete_release(input.site, record);
    repo.notes.push_back(incomplete.message + "; " + incomplete.hint);
  } else {
    std::ranges::move(describe(mounts, input.site.place.root), std::back_inserter(repo.notes));
    if (repo.unfinished)
      repo.notes.push_back("the last command on it was interrupted: run " + command_for("refresh", repo) + ", or " +
                           command_for("release", repo));
  }
  const NoteInput renewed{input.environment, input.site, input.view, record};
  note_folder(renewed, repo);
  note_place_of(renewed, mounts, repo);
  note_other_file_system(renewed, repo);
  return {};
}

void note_unseen(const NoteInput& input, RepoStatus& repo) {
  const target::Target& target = *input.site.target;
  std::ranges::sort(repo.only_here);
  const auto repeated = std::ranges::unique(repo.only_here);
  repo.only_here.erase(repeated.begin(), repeated.end());
  repo.hidden = hidden_files(target, input.view, input.record);
  if (const auto what = target.when_only_here(); !repo.only_here.empty() && !what.empty())
    repo.notes.push_back("the hub does not have " + counted_names(repo.only_here, "file") + ": " + std::string(what));
  if (!repo.hidden.empty())
    repo.notes.push_back("clients do not look at " + counted_names(repo.hidden, "file") +
                         ", since their notes in .no_exist say that the hub does not have them; " +
                         command_for("refresh", repo) + " moves these notes aside, and so does hubcache run");
  note_copies(input, repo);
}

void note_hub(const target::Target& target, RepoStatus& repo) {
  if (repo.has_made_up_version) return;
  if (repo.hub_moved_on.value_or(false)) {
    if (const auto note = target.when_hub_moved_on(); !note.empty()) repo.notes.emplace_back(note);
    return;
  }
  const auto left = static_cast<std::uint64_t>(std::ranges::count_if(repo.files, [](const FileStatus& file) {
    return file.on_hub.value_or(false) && !file.adopted && file.snapshot.action == Action::downloads;
  }));
  if (const auto note = target.when_hub_has_more(); left > 0 && !note.empty())
    repo.notes.push_back(counted(left, "file") + " of the hub not adopted: " + std::string(note));
}

void note_place(const View& view, bool is_adopted, RepoStatus& repo) {
  note_index(view, repo);
  if (!is_adopted && is_by_wiki_script(view))
    repo.notes.emplace_back(
        "the index was written by the wiki page's script: files in sub-folders and those with N/A are downloaded over "
        "yours; run hubcache adopt instead");
  if (!is_adopted && view.root_is_link)
    repo.notes.push_back("the place is a symlink to a folder: where " + client_of(repo) +
                         " downloads a file, it deletes yours there; adopt that folder instead");
  if (!view.unmasked_files.empty())
    repo.notes.push_back(counted(view.unmasked_files.size(), "file") + " in the unmasked folder " +
                         in_quotes((view.place.root.parent_path() / view.place.temporary.filename()).native()) +
                         ", where " + client_of(repo) + " does not look");
  note_unfinished_downloads(view, repo);
}

void note_sizes(RepoStatus& repo) {
  const auto unknown = static_cast<std::uint64_t>(std::ranges::count_if(
      repo.files, [](const FileStatus& file) { return is_download(file.snapshot) && !file.size_known; }));
  if (unknown > 0)
    repo.notes.push_back(counted(unknown, "file") +
                         " to download may be stored by Git LFS: the hub lists no sizes of these, so that they are not "
                         "counted in full");
}

void note_none(Question question, RepoStatus& repo) {
  if (question != Question::single_file) return;
  const auto none = static_cast<std::uint64_t>(std::ranges::count_if(
      repo.files, [](const FileStatus& file) { return file.single_file.action == Action::returns_none; }));
  if (none > 0)
    repo.notes.push_back(client_of(repo) + " asks file by file, and gets None for " + counted(none, "file") + ": run " +
                         command_for("refresh", repo));
}

void note_other_hub(const Site& site, const std::string& adopted_from, const std::string& present, RepoStatus& repo) {
  const std::string variable = hub::address_variable(site.target->hub());
  repo.notes.push_back(site.repo.revision.str() + " was adopted from the hub " + adopted_from + ", and " + variable +
                       " leads to " + present + " now, which this status is about; to refresh the adoption: " +
                       variable + "=" + shell_word(adopted_from) + " " + command_for("refresh", repo));
}

void note_made_up_version(const Site& site, RepoStatus& repo) {
  repo.notes.push_back(site.repo.revision.str() + " was adopted offline: " + client_of(repo) +
                       " takes your files while it cannot reach the hub, and under hubcache run; online it downloads "
                       "the hub's files until you run " +
                       command_for("refresh", repo));
}

void note_error(const Error& error, RepoStatus& repo) {
  repo.error = error.message;
  repo.notes.push_back(error.message + (error.hint.empty() ? "" : ": " + error.hint));
}

}  // namespace hubcache::adoption
