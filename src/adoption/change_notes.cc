#include "adoption/change_notes.h"

#include <algorithm>

#include "adoption/command_line.h"
#include "adoption/custody.h"
#include "adoption/folder_changes.h"
#include "adoption/index_edits.h"
#include "base/language.h"
#include "base/text.h"

namespace hubcache::adoption {
namespace {

using hub::View;
using record::Entry;
using record::Record;

std::uint64_t count(const std::vector<Entry>& entries, const auto& predicate) {
  return static_cast<std::uint64_t>(std::ranges::count_if(entries, predicate));
}

/// In place: true if the file is not the adopted one.
bool is_another_file(const hub::PlacedFile* file, const Entry& entry) {
  return file && entry.placed && file->stamp.inode != entry.placed->inode;
}

/// True if the place no longer has the file that hubcache put there; in place: true if the client has replaced the
/// user's file.
bool is_replaced(const View& view, const Record& record, const Entry& entry) {
  const hub::PlacedFile* file = view.file(entry.location().str());
  if (record.in_place) return is_another_file(file, entry) && is_for_another_file(view, record, entry);
  if (!file) return true;
  // An editor that replaces the user's file removes one name of the old file: this changes the folder, not the place.
  const bool is_same_link =
      entry.link == LinkKind::hardlink && entry.placed && file->stamp.inode == entry.placed->inode;
  return !is_same_link && !is_ours(*file, entry);
}

/// In place: true if the file is a newer file of the user's that has no second hard link yet.
bool is_unguarded(const View& view, const Record& record, const Entry& entry) {
  const bool is_another = is_another_file(view.file(entry.location().str()), entry);
  return record.in_place && is_another && !is_for_another_file(view, record, entry);
}

/// Adds notes on missing and unreadable files; note_place_of() adds the notes on changed content.
void note_changes_in_place(const FolderChanges& found, const std::string& folder, RepoStatus& repo) {
  if (found.unread > 0)
    repo.notes.push_back(say("cannot read {} in {}", counted(found.unread, "adopted file"), folder));
  if (found.removed > 0)
    repo.notes.push_back(say("{} no longer {} in {}: to restore your versions, run {}; to accept the removal, run {}",
                             counted(found.removed, "adopted file"),
                             found.removed == 1 ? translated("exists") : translated("exist"), folder,
                             command_for("restore", repo), command_for("refresh", repo)));
}

}  // namespace

void note_folder(const NoteInput& input, RepoStatus& repo) {
  const auto found = folder_changes(input.environment, input.site, input.record);
  const std::string folder = in_quotes(input.record.folder.native());
  if (!found) {
    repo.changes.unread = input.record.entries.size();
    repo.notes.push_back(say("cannot compare the adopted folder: {}", found.error().message));
    return;
  }
  repo.changes = *found;
  if (found->is_missing) {
    repo.notes.push_back(say("the adopted folder {} does not exist: {}", folder,
                             ways_without_folder({repo.target, repo.repo_id, repo.type, repo.place})));
    return;
  }
  if (input.record.in_place) return note_changes_in_place(*found, folder, repo);
  std::string text;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : say(", ")) + what; };
  if (found->added > 0) add(say("{} added", counted(found->added, "file")));
  if (found->changed > 0) add(say("{} changed", counted(found->changed, "file")));
  if (found->removed > 0) add(say("{} removed", counted(found->removed, "file")));
  if (found->unread > 0)
    repo.notes.push_back(say("cannot read {} in {}", counted(found->unread, "adopted file"), folder));
  if (!text.empty())
    repo.notes.push_back(
        say("the folder {} has changed since the adoption ({}): run {}", folder, text, command_for("refresh", repo)));
}

void note_place_of(const NoteInput& input, const BelowMounts& mounts, RepoStatus& repo) {
  const auto& [environment, site, view, record] = input;
  const std::uint64_t replaced = count(record.entries, [&](const Entry& entry) {
    return is_replaced(view, record, entry) && !is_below(mounts, entry.location().str());
  });
  repo.changes.replaced = replaced;
  const std::string what =
      say("another program replaced, edited or removed {} in the cache folder", counted(replaced, "adopted file"));
  if (replaced > 0 && record.in_place)
    repo.notes.push_back(
        say("the client replaced {} of yours in the cache folder: to restore your versions, run {}; to keep the hub's, "
            "run {} --take hub",
            counted(replaced, "file"), command_for("restore", repo),
            adopt_command({repo.target, repo.repo_id, repo.type, repo.place},
                          {repo.revisions.front(), record.folder, record.pin, record.include, record.exclude})));
  else if (replaced > 0 && repo.changes.is_missing) repo.notes.push_back(what);
  else if (replaced > 0)
    repo.notes.push_back(
        say("{}: run {} (it moves the files that it replaces to kept/)", what, command_for("refresh", repo)));
  const std::uint64_t unguarded =
      count(record.entries, [&](const Entry& entry) { return is_unguarded(view, record, entry); });
  repo.changes.changed += unguarded;
  const std::uint64_t unprotected = record.in_place ? unguarded + repo.changes.added : 0;
  if (unprotected > 0)
    repo.notes.push_back(
        say("the folder has {} newer than the adoption and not protected by a second hard link yet: {}",
            counted(unprotected, "file"),
            replaced > 0 ? say("after that, run {}", command_for("refresh", repo))
                         : say("run {}", command_for("refresh", repo))));
}

}  // namespace hubcache::adoption
