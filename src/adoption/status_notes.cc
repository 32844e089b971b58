#include "adoption/status_notes.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "adoption/absence_notes.h"
#include "adoption/cautions.h"
#include "adoption/change_notes.h"
#include "adoption/command_line.h"
#include "adoption/commit_copies.h"
#include "adoption/custody.h"
#include "adoption/link_counts.h"
#include "adoption/mount_points.h"
#include "adoption/outlook.h"
#include "adoption/plan.h"
#include "adoption/renewed_stamps.h"
#include "adoption/report_parts.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/hub.h"

namespace hubcache::adoption {
namespace {

using hub::IndexState;
using hub::View;
using record::Record;

std::string client_of(const RepoStatus& repo) { return std::string(adoption::client_of(repo.target).client); }

void note_other_file_system(const NoteInput& input, RepoStatus& repo) {
  if (input.record.entries.empty() || input.view.moves_by_rename) return;
  const auto links = count_links(input.record);
  if (links.contains(LinkKind::in_place))
    repo.notes.push_back(
        say("the temporary folder of {} is now on another file system than the cache folder, so the client would write "
            "into your files and through their second links; run {}, move the model to a folder outside the client's "
            "cache, and adopt that folder",
            client_of(repo), command_for("release", repo)));
  if (links.contains(LinkKind::symlink) || links.contains(LinkKind::hardlink))
    repo.notes.push_back(
        say("the temporary folder of {} is now on another file system than the cache folder, so the client would write "
            "through the links into your files; run hubcache adopt again",
            client_of(repo)));
}

/// Adds notes on outdated copies. An unreadable copy must not hide the other notes.
void note_copies(const NoteInput& input, RepoStatus& repo) {
  const auto outdated = outdated_copies(input.environment, input.site, input.record);
  if (!outdated) {
    repo.notes.push_back(say("cannot check for copies outside the cache folder: {}", outdated.error().message));
    return;
  }
  repo.outdated_copies = names_of(*outdated);
  for (const std::string& name : repo.outdated_copies)
    repo.notes.push_back(say("programs use an outdated copy of these files in {}: run {} to move the copy aside",
                             in_quotes(name), command_for("refresh", repo)));
}

void note_index(const hub::Target& target, const View& view, RepoStatus& repo) {
  if (view.index_state == IndexState::damaged || view.index_state == IndexState::unreadable)
    repo.notes.push_back(
        say("the index {} cannot be read ({}): {} raises an exception; run hubcache adopt, or delete the index",
            target.index_name(), view.index_error, client_of(repo)));
  if (count_odd_records(repo) > 0)
    repo.notes.push_back(
        say("the index {} has an invalid entry: {} raises an exception when it reads the entry; run hubcache adopt, or "
            "delete the index",
            target.index_name(), client_of(repo)));
}

void note_unfinished_downloads(const View& view, RepoStatus& repo) {
  for (const std::string& busy : view.busy) repo.notes.push_back(say("a client is downloading: {}", busy));
  std::set<std::string_view> stuck;  // a path counts once, because one download serves all revisions
  for (const FileStatus& file : repo.files) {
    if (file.snapshot.action == Action::stuck) stuck.insert(file.path);
  }
  if (!stuck.empty())
    repo.notes.push_back(
        say("unfinished downloads in {} block {}, so {} cannot download them; hubcache adopt moves the unfinished "
            "downloads to kept/",
            in_quotes(view.place.temporary.native()), counted(stuck.size(), "file"), client_of(repo)));
}

}  // namespace

std::string command_for(std::string_view command, const RepoStatus& repo) {
  return command_on(command, {repo.target, repo.repo_id, repo.type, repo.place});
}

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
      repo.notes.push_back(say("the last command was interrupted: run {}, or {}", command_for("refresh", repo),
                               command_for("release", repo)));
  }
  const NoteInput renewed{input.environment, input.site, input.view, record};
  note_folder(renewed, repo);
  note_place_of(renewed, mounts, repo);
  note_other_file_system(renewed, repo);
  return {};
}

void note_unseen(const NoteInput& input, RepoStatus& repo) {
  const hub::Target& target = *input.site.target;
  std::ranges::sort(repo.only_here);
  const auto repeated = std::ranges::unique(repo.only_here);
  repo.only_here.erase(repeated.begin(), repeated.end());
  repo.hidden = hidden_files(target, input.view, input.record);
  if (const auto what = target.words.when_only_here; !repo.only_here.empty() && !what.empty())
    repo.notes.push_back(say("the hub lacks {}: {}", counted_names(repo.only_here, "file"), translated(what)));
  if (!repo.hidden.empty())
    repo.notes.push_back(
        say("clients ignore {}: notes in .no_exist say that the hub lacks them; run {} or hubcache run to move these "
            "notes aside",
            counted_names(repo.hidden, "file"), command_for("refresh", repo)));
  note_copies(input, repo);
}

void note_hub(const hub::Target& target, RepoStatus& repo) {
  if (repo.cache_moved_on && !(repo.hub_moved_on == false)) {
    repo.notes.push_back(
        say("since the adoption, {} has stored another version of the hub's files, and programs, even offline, use "
            "these files instead of yours; run {}, or start the programs with hubcache run",
            client_of(repo), command_for("refresh", repo)));
    return;
  }
  if (repo.has_made_up_version) return;
  if (repo.hub_moved_on.value_or(false)) {
    if (const auto note = target.words.when_hub_moved_on; !note.empty()) repo.notes.emplace_back(translated(note));
    return;
  }
  const auto left = static_cast<std::uint64_t>(std::ranges::count_if(repo.files, [](const FileStatus& file) {
    return file.on_hub.value_or(false) && !file.adopted && file.snapshot.action == Action::downloads;
  }));
  if (const auto note = target.words.when_hub_has_more; left > 0 && !note.empty())
    repo.notes.push_back(say("the hub has {} that the adoption lacks: {}", counted(left, "file"), translated(note)));
}

void note_place(const hub::Target& target, const View& view, bool is_adopted, RepoStatus& repo) {
  if (is_adopted && !target.words.while_adopted.empty())
    repo.notes.emplace_back(translated(target.words.while_adopted));
  note_index(target, view, repo);
  const auto remark = view.place.index ? view.place.index->remark(view) : std::string_view();
  if (!is_adopted && !remark.empty()) repo.notes.emplace_back(remark);
  if (!is_adopted && view.root_is_link)
    repo.notes.push_back(
        say("the cache folder is a symlink to a folder: if {} downloads a file, it deletes your file there; adopt that "
            "folder instead",
            client_of(repo)));
  if (!view.unmasked_files.empty())
    repo.notes.push_back(
        say("found {} in the unmasked folder {}, which {} does not read", counted(view.unmasked_files.size(), "file"),
            in_quotes((view.place.root.parent_path() / view.place.temporary.filename()).native()), client_of(repo)));
  note_unfinished_downloads(view, repo);
}

void note_sizes(RepoStatus& repo) {
  const auto unknown = static_cast<std::uint64_t>(std::ranges::count_if(
      repo.files, [](const FileStatus& file) { return is_download(file.snapshot) && !file.size_known; }));
  if (unknown > 0)
    repo.notes.push_back(
        say("the hub does not list the sizes of {} that may be stored in Git LFS, so the download size is a minimum",
            counted(unknown, "file")));
}

void note_none(const hub::Target& target, RepoStatus& repo) {
  const auto none = static_cast<std::uint64_t>(std::ranges::count_if(repo.files, [](const FileStatus& file) {
    return file.adopted && file.on_hub.value_or(true) && file.single_file.action == Action::returns_none;
  }));
  if (none == 0) return;
  const hub::ClientNames client = target.words.client;
  const std::string files = counted(none, "file"), refresh = command_for("refresh", repo);
  if (target.rules.question() == Question::single_file)
    repo.notes.push_back(
        say("{} requests each file by itself and gets None for {}: run {}", client.client, files, refresh));
  else if (!client.single_file.empty())
    repo.notes.push_back(say("{} returns None for {}: run {}", client.single_file, files, refresh));
}

void note_silent_hub(const hub::Target& target, const View& view, RepoStatus& repo) {
  const bool asks = view.place.index && !view.files.empty();
  if (repo.hub_error.empty() || !repo.client_raises.empty() || !asks) return;
  repo.notes.push_back(
      say("while the hub does not answer, {} raises an exception even for cached files; programs that hubcache run "
          "--offline starts still work",
          target.words.client.client));
}

void note_other_name(const Environment& environment, const Site& site, RepoStatus& repo) {
  const std::string other = name_on_other_hub(environment, id_with_hub(site.target->hub, repo.repo_id));
  if (!other.empty()) repo.notes.push_back(say("did you mean {}?", other));
}

void note_other_hub(const Site& site, const std::string& adopted_from, const std::string& present, bool asked_present,
                    RepoStatus& repo) {
  const std::string variable = site.target->hub.address_variable;
  const std::string revision = site.repo.revision.str();
  const std::string refresh = variable + "=" + shell_word(adopted_from) + " " + command_for("refresh", repo);
  repo.notes.push_back(
      asked_present ? say("{0} was adopted from the hub {1}, but {2} now names {3}, and this status is about {3}; to "
                          "refresh the adoption, run {4}",
                          revision, adopted_from, variable, present, refresh)
                    : say("{} was adopted from the hub {}, but {} now names {}; to refresh the adoption, run {}",
                          revision, adopted_from, variable, present, refresh));
}

void note_made_up_version(const Site& site, RepoStatus& repo) {
  repo.notes.push_back(say("{} was adopted offline: {}", site.repo.revision.str(),
                           made_up_version_text({repo.target, repo.repo_id, repo.type, repo.place})));
}

void note_error(const Error& error, RepoStatus& repo) {
  repo.error = error.message;
  repo.notes.push_back(error.message + (error.hint.empty() ? "" : say(": ") + error.hint));
}

}  // namespace hubcache::adoption
