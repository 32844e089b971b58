#include "caches/removal_plan.h"

#include <unistd.h>

#include <algorithm>
#include <map>

#include "adoption/command_line.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "caches/link_target.h"
#include "fs/file.h"
#include "fs/lock.h"
#include "fs/real_path.h"
#include "fs/survey.h"
#include "hub/record_folder.h"

namespace hubcache::caches {
namespace {

using fs::Descend;
using fs::SurveyedEntry;
using std::filesystem::path;

/// Returns the command that releases an adopted repo.
std::string release_command(const CachedRepo& repo) {
  const RepoType type = repo.type == name_of(RepoType::dataset) ? RepoType::dataset : RepoType::model;
  return adoption::command_on("release", {repo.target, repo.repo_id, type, repo.place});
}

std::string what_is_unreadable(const ExaminedRepo& repo) {
  const auto& notes = repo.repo.notes;
  if (!repo.is_readable) return notes.empty() ? say("it cannot be read") : notes.front();
  return repo.measured.unread.empty() ? "" : repo.measured.unread.front().message;
}

/// Returns the obstacles for which no file needs to be looked at.
Obstacles known_obstacles(const ExaminedRepo& repo) {
  Obstacles found;
  if (repo.is_adopted) found.release = release_command(repo.repo);
  found.unreadable = what_is_unreadable(repo);
  found.is_symlink = repo.measured.root == fs::Kind::symlink;
  found.is_named_by_program = repo.target->layout.place_in("/").has_value();
  return found;
}

std::vector<PlannedFolder> folders_of(const ExaminedRepo& repo) {
  const hub::Place& place = repo.place;
  std::vector<PlannedFolder> folders = {{.folder = place.root, .name = "place"}};
  const bool has_own_temporary = !place.temporary.empty() && place.temporary.parent_path() != place.root &&
                                 repo.anatomy->temporary == hub::Temporary::unfinished;
  if (has_own_temporary) folders.push_back({.folder = place.temporary, .name = "temporary"});
  if (!repo.anatomy->locks.empty()) {
    const path locks = place.root.parent_path() / repo.anatomy->locks / place.root.filename();
    folders.push_back({.folder = locks, .name = "locks", .has_locks = true});
  }
  return folders;
}

class Planner {
 public:
  Planner(const ExaminedRepo& repo, const RemovalContext& context) : repo_(repo), context_(context) {}

  Result<RemovalPlan> run() {
    plan_.obstacles = known_obstacles(repo_);
    if (!why_left(plan_.obstacles, repo_.place.root).empty()) return std::move(plan_);
    for (PlannedFolder& planned : folders_of(repo_)) {
      TRY(look_around(planned.folder));
      TRY(look_into(planned));
      plan_.folders.push_back(std::move(planned));
    }
    plan_.rest.folder = repo_.place.record / hub::removed_folder;
    checks_owner_ = false;
    TRY(look_into(plan_.rest));
    plan_.disk_size += freed();
    const bool is_gone =
        plan_.rest.ids.empty() && std::ranges::all_of(plan_.folders, &std::vector<FileId>::empty, &PlannedFolder::ids);
    if (is_gone && repo_.measured.aside.files > 0) found().only_kept = repo_.place.record / "kept";
    note_download();
    return std::move(plan_);
  }

 private:
  Obstacles& found() { return plan_.obstacles; }

  /// Checks the folder's relation to other folders.
  Result<void> look_around(const path& folder) {
    const fs::Status status = TRY(fs::status_of(folder)), above = TRY(fs::status_of_target(folder.parent_path()));
    if (status.kind != fs::Kind::folder) return {};
    if (status.device != above.device || status.mount != above.mount) found().mount_point = folder;
    if (const path adopted = TRY(context_.adopted.touched_by(folder)); !adopted.empty()) found().of_adoption = adopted;
    for (const path& place : context_.places) {
      if (place.native().starts_with(folder.native() + "/")) found().other_repo = place;
    }
    if (!TRY(fs::same_file_system(folder.parent_path(), repo_.place.record)))
      found().other_file_system = repo_.place.record;
    return {};
  }

  Result<void> look_into(PlannedFolder& planned) {
    const fs::Root root(planned.folder);
    const fs::Status own = TRY(fs::status_of(fs::Name(root, "")));
    owner_ = own.owner;
    const fs::Survey survey = TRY(fs::survey({root, ""}, [&](const SurveyedEntry& entry) {
      look_at(entry, root, own, planned);
      return Descend::yes;
    }));
    for (const auto* errors : {&survey.unread, &survey.not_entered}) {
      if (!errors->empty()) found().unreadable = errors->front().message;
    }
    if (const auto process = user_of(planned, planned.folder, context_.open_files)) found().process = process;
    if (path lock = held_lock(planned, {root, ""}); !lock.empty()) found().lock = std::move(lock);
    return {};
  }

  void look_at(const SurveyedEntry& entry, const fs::Root& root, const fs::Status& own, PlannedFolder& planned) {
    const auto name = [&] { return root.path_of(entry.path); };
    const bool is_mine = entry.owner == geteuid() || (geteuid() == 0 && entry.owner == owner_);
    if (checks_owner_ && !is_mine) found().of_other_user = name();
    planned.ids.push_back({entry.device, entry.stamp.inode});
    count(entry);
    if (entry.kind != fs::Kind::folder) {
      ++plan_.files;
      planned.files.emplace(entry.path, entry.stamp);
      return;
    }
    if (has_part(entry.path, hub::own_folder)) found().own_folder = name();
    const auto status = fs::status_of(fs::Name(root, entry.path));
    if (status && (status->device != own.device || status->mount != own.mount)) found().mount_point = name();
  }

  void count(const SurveyedEntry& entry) {
    if (entry.kind == fs::Kind::folder || entry.links < 2) {
      plan_.disk_size += entry.disk_size;
      return;
    }
    auto [file, is_new] = linked_.try_emplace({entry.device, entry.stamp.inode});
    file->second.disk_size = entry.disk_size;
    file->second.other_names = entry.links - ++file->second.names;
  }

  /// Returns the bytes of the files all of whose hard links go.
  std::uint64_t freed() const {
    std::uint64_t bytes = 0;
    for (const auto& [file, linked] : linked_) bytes += linked.other_names == 0 ? linked.disk_size : 0;
    return bytes;
  }

  /// The rules of the target know the place if the anatomy is the target's.
  void note_download() {
    if (repo_.anatomy != &repo_.target->layout.anatomy()) return;
    const auto view = repo_.target->rules.view(repo_.place);
    if (!view) found().unreadable = view.error().message;
    else if (!view->busy.empty()) found().download = view->busy.front();
  }

  struct Linked {
    std::uint64_t disk_size = 0;
    std::uint32_t names = 0, other_names = 0;
  };

  const ExaminedRepo& repo_;
  const RemovalContext& context_;
  std::uint32_t owner_ = 0;   ///< of the folder that is looked into
  bool checks_owner_ = true;  ///< false for what an earlier removal has checked
  std::map<FileId, Linked> linked_;
  RemovalPlan plan_;
};

}  // namespace

std::string why_left(const Obstacles& obstacles, const path& place) {
  const auto shown = [](const path& name) { return in_quotes(name.native()); };
  if (!obstacles.release.empty()) return say("it is adopted; to remove it, first run {}", obstacles.release);
  if (!obstacles.unreadable.empty()) return obstacles.unreadable;
  if (!obstacles.only_kept.empty())
    return say("only the files that hubcache keeps in {} are left of it; remove them yourself",
               shown(obstacles.only_kept));
  if (obstacles.is_symlink) return say("its cache folder {} is a symlink", shown(place));
  if (obstacles.is_named_by_program) return say("its folder {} belongs to a program, not to a cache", shown(place));
  if (!obstacles.of_adoption.empty()) return say("an adoption needs {}", shown(obstacles.of_adoption));
  if (!obstacles.own_folder.empty()) return say("it contains hubcache's folder {}", shown(obstacles.own_folder));
  if (!obstacles.other_repo.empty())
    return say("it contains the cache folder of another repo, {}", shown(obstacles.other_repo));
  if (!obstacles.of_other_user.empty()) return say("{} belongs to another user", shown(obstacles.of_other_user));
  if (!obstacles.mount_point.empty()) return say("{} is a mount point", shown(obstacles.mount_point));
  if (!obstacles.other_file_system.empty())
    return say("hubcache's own folder {} is on another file system", shown(obstacles.other_file_system));
  if (obstacles.process) return say("process {} uses it", std::to_string(*obstacles.process));
  if (!obstacles.lock.empty()) return say("a client is downloading it: it holds {}", shown(obstacles.lock));
  return obstacles.download.empty() ? "" : say("a client is downloading it: {}", obstacles.download);
}

Result<RemovalPlan> plan_removal(const ExaminedRepo& repo, const RemovalContext& context) {
  return Planner(repo, context).run();
}

std::optional<int> user_of(const PlannedFolder& planned, const path& folder, const OpenFiles& open_files) {
  for (const FileId& file : planned.ids) {
    if (const auto process = open_files.user_of(file)) return process;
  }
  return planned.ids.empty() ? std::nullopt : open_files.user_below(fs::real_path(folder));
}

path held_lock(const PlannedFolder& planned, const fs::Name& folder) {
  if (!planned.has_locks) return "";
  for (const auto& [name, stamp] : planned.files) {
    if (fs::is_locked(folder / name)) return (folder / name).path();
  }
  return "";
}

}  // namespace hubcache::caches
