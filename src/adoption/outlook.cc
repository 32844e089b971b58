#include "adoption/outlook.h"

#include <algorithm>

namespace hubcache::adoption {
namespace {

using hub::IndexState;
using record::Record;

void add(Outlook& outlook, const FileStatus& file, const Verdict& verdict) {
  outlook.downloads += is_download(verdict);
  if (verdict.action == Action::downloads) outlook.download_bytes += file.size;
  outlook.losses += verdict.loses_local;
  outlook.stuck += verdict.action == Action::stuck;
  outlook.missed += verdict.action == Action::returns_none;
  outlook.raises += verdict.action == Action::raises;
}

/// Sums up the hub's part of all revisions: a value that is unknown for one revision is unknown for the repo.
void sum_up_hub(RepoStatus& repo) {
  repo.asked_hub = std::ranges::all_of(repo.by_revision, &RevisionStatus::asked_hub);
  repo.is_known = std::ranges::all_of(repo.by_revision, &RevisionStatus::is_known);
  repo.has_made_up_version = std::ranges::any_of(repo.by_revision, &RevisionStatus::has_made_up_version);
  repo.cache_moved_on = std::ranges::any_of(repo.by_revision, &RevisionStatus::cache_moved_on);
  bool has_moved = false, is_known = true;
  for (const RevisionStatus& one : repo.by_revision) {
    if (repo.hub_error.empty()) repo.hub_error = one.hub_error;
    repo.hub_refuses = repo.hub_refuses || one.hub_refuses;
    if (repo.client_raises.empty()) repo.client_raises = one.client_raises;
    has_moved = has_moved || one.hub_moved_on.value_or(false);
    is_known = is_known && one.hub_moved_on;
  }
  if (has_moved || is_known) repo.hub_moved_on = has_moved;
}

/// Counts the files for which the client raises an exception whatever the hub answers.
std::uint64_t count_raises_of_place(const RepoStatus& repo) {
  return static_cast<std::uint64_t>(std::ranges::count_if(repo.files, [](const FileStatus& file) {
    const Verdict& verdict = file.snapshot;
    const bool is_hubs = verdict.reason == Reason::refused || verdict.reason == Reason::no_listing ||
                         verdict.reason == Reason::not_in_contents;
    return verdict.action == Action::raises && !is_hubs;
  }));
}

}  // namespace

bool is_download(const Verdict& verdict) {
  return verdict.action == Action::downloads || verdict.action == Action::stuck;
}

void sum_up(RepoStatus& repo, Question question) {
  sum_up_hub(repo);
  for (const FileStatus& file : repo.files) {
    const Verdict& verdict = question == Question::single_file ? file.single_file : file.snapshot;
    const auto revision = std::ranges::find(repo.by_revision, file.revision, &RevisionStatus::revision);
    if (revision != repo.by_revision.end()) add(*revision, file, verdict);
    add(repo, file, verdict);
  }
}

std::uint64_t count_odd_records(const RepoStatus& repo) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      repo.files, [](const FileStatus& file) { return file.snapshot.reason == Reason::odd_record; }));
}

RepoState state_of(const RepoStatus& repo, const hub::View& view, const std::optional<Record>& record) {
  if (repo.state == RepoState::unreadable) return repo.state;
  if (view.index_state == IndexState::damaged || view.index_state == IndexState::unreadable) return RepoState::damaged;
  if (count_odd_records(repo) > 0 || !repo.error.empty()) return RepoState::damaged;
  if (record || !repo.owner.empty()) return RepoState::adopted;
  if (view.files.empty()) return RepoState::empty;
  return repo.downloads > 0 || count_raises_of_place(repo) > 0 ? RepoState::partial : RepoState::complete;
}

std::optional<bool> has_moved_on(const Record& record, const std::string& revision, const RemoteTree& tree) {
  const record::AdoptedRevision* adopted = record.revision(revision);
  if (!adopted) return std::nullopt;
  if (!adopted->version.empty() && !tree.version.empty()) {
    const bool is_same = adopted->version == tree.version;
    const bool is_all = tree.default_branch.empty() || tree.default_branch == revision;
    if (!is_same || is_all) return !is_same;  // else the version may be that of the default branch
  }
  const auto number = static_cast<std::uint16_t>(adopted - record.revisions.data());
  std::optional<bool> moved;
  for (const record::Entry& entry : record.entries) {
    const RemoteFile* file = tree.find(entry.path);
    for (const record::ExactId& id : file ? entry.exact : std::vector<record::ExactId>()) {
      if (id.revision == number && !id.synthetic)
        moved = moved.value_or(false) || id.sha != file->last_change.value_or(file->sha);
    }
  }
  return moved;
}

}  // namespace hubcache::adoption
