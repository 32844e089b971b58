#include "caches/repo_leftovers.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "caches/link_target.h"
#include "fs/survey.h"
#include "hub/record_folder.h"
#include "record/origin.h"

namespace hubcache::caches {
namespace {

using fs::Descend;
using fs::SurveyedEntry;
using std::filesystem::path;

class RepoSearch {
 public:
  RepoSearch(const ExaminedRepo& repo, std::int64_t now)
      : repo_(repo),
        anatomy_(*repo.anatomy),
        place_(repo.place.root),
        now_(now),
        temporary_inside_(has_own_temporary() ? name_below(repo.place.root.native(), repo.place.temporary.native())
                                              : "") {}

  Result<std::vector<LeftoverFiles>> run() {
    TRY(look_into(place_, [this](const SurveyedEntry& entry) { look_at(entry); }));
    if (has_own_temporary() && temporary_inside_.empty() && !repo_.place.temporary.empty()) {
      const fs::Root temporary(repo_.place.temporary);
      root_ = repo_.place.temporary;
      TRY(look_into(temporary, [this](const SurveyedEntry& entry) { take_temporary(entry); }));
      root_ = repo_.place.root;
    }
    if (is_complete_) take_unused();
    std::vector<LeftoverFiles> found;
    found.reserve(groups_.size());
    for (auto& [key, group] : groups_) found.push_back(std::move(group));
    return found;
  }

 private:
  bool has_own_temporary() const { return anatomy_.temporary == hub::Temporary::unfinished; }

  Result<void> look_into(const fs::Root& folder, const std::function<void(const SurveyedEntry&)>& take) {
    const fs::Survey survey = TRY(fs::survey({folder, ""}, [&](const SurveyedEntry& entry) {
      if (has_part(entry.path, hub::own_folder)) return Descend::no;
      if (entry.kind == fs::Kind::file || entry.kind == fs::Kind::symlink) take(entry);
      return Descend::yes;
    }));
    is_complete_ = is_complete_ && survey.unread.empty() && survey.not_entered.empty();
    return {};
  }

  void look_at(const SurveyedEntry& entry) {
    if (is_at_or_below(entry.path, temporary_inside_)) return take_temporary(entry);
    const bool is_content = is_at_or_below(entry.path, anatomy_.contents);
    if (entry.kind == fs::Kind::symlink) return take_link(entry, is_content);
    const bool may_be_unfinished = anatomy_.contents.empty() || is_content;
    if (may_be_unfinished && hub::is_unfinished(anatomy_, entry.path)) {
      if (is_old(entry.stamp.mtime, now_)) add(Leftover::unfinished, entry);
    } else if (is_content && entry.links < 2 && is_for_this_user(entry)) {
      contents_.push_back(file_of(entry));
    }
  }

  void take_temporary(const SurveyedEntry& entry) {
    const bool is_lock = entry.path.ends_with(hub::lock_ending);
    if (is_lock || is_old(entry.stamp.mtime, now_)) add(is_lock ? Leftover::lock : Leftover::unfinished, entry);
  }

  /// Only links of the client lead to a name in the place, or to a content that several repos share.
  void take_link(const SurveyedEntry& entry, bool is_content) {
    const bool may_be_broken = is_content || is_at_or_below(entry.path, anatomy_.revisions);
    if (anatomy_.contents.empty() || !may_be_broken) return;
    const auto target = fs::read_symlink(fs::Name(place_, entry.path));
    if (!target) return;
    const path& root = repo_.place.root;
    const auto name = link_target(root.native(), entry.path, *target);
    const auto shared =
        link_target(root.parent_path().native(), root.filename().native() + "/" + std::string(entry.path), *target);
    const bool is_own = name || (shared && is_at_or_below(*shared, anatomy_.shared_contents));
    const auto end = fs::status_of_target(root / entry.path);
    if (end && end->kind == fs::Kind::missing && is_own) return add(Leftover::broken_link, entry);
    if (name) used_names_.insert(*name);
    else if (!is_content) has_foreign_link_ = true;
    if (end) used_.insert({end->device, end->stamp.inode});
    else is_complete_ = false;
    if (is_content && is_for_this_user(entry)) linked_contents_.push_back(file_of(entry));
  }

  void take_unused() {
    const auto is_used = [&](const SurveyedFile& file) {
      return used_names_.contains(file.path) || used_.contains(FileId{file.status.device, file.status.stamp.inode});
    };
    // A link by another name of the cache leads through a linked content without naming it.
    if (!has_foreign_link_) std::ranges::move(linked_contents_, std::back_inserter(contents_));
    for (const SurveyedFile& file : contents_) {
      if (!is_used(file)) add_leftover(group(Leftover::unused_content), file.path, file.status, file.disk_size);
    }
  }

  struct SurveyedFile {
    std::string path;
    fs::Status status;
    std::uint64_t disk_size = 0;
  };
  static SurveyedFile file_of(const SurveyedEntry& entry) {
    SurveyedFile file{std::string(entry.path), {}, entry.disk_size};
    file.status.kind = entry.kind;
    file.status.stamp = entry.stamp;
    file.status.device = entry.device;
    file.status.links = entry.links;
    return file;
  }

  LeftoverFiles& group(Leftover what) {
    const path& root = root_.empty() ? repo_.place.root : root_;
    LeftoverFiles& found = groups_[{what, root}];
    found.what = what;
    found.target = repo_.target;
    found.repo = &repo_;
    found.folder = repo_.place.root;
    found.root = root;
    found.record = repo_.place.record;
    if (what == Leftover::unused_content) found.users = {repo_.place.root};
    return found;
  }

  void add(Leftover what, const SurveyedEntry& entry) {
    if (is_for_this_user(entry)) add_leftover(group(what), entry);
  }

  const ExaminedRepo& repo_;
  const hub::Anatomy& anatomy_;
  const fs::Root place_;
  const std::int64_t now_;
  const std::string temporary_inside_;
  path root_;                      ///< the folder that is looked into, if it is not the place
  bool is_complete_ = true;        ///< it is known where every symlink leads
  bool has_foreign_link_ = false;  ///< a symlink of a revision does not name a content
  std::map<std::pair<Leftover, path>, LeftoverFiles> groups_;
  std::vector<SurveyedFile> contents_, linked_contents_;
  std::set<std::string> used_names_;
  std::set<FileId> used_;
};

/// Returns why nothing of the repo may go; "" if it may. A single file in use is found when it is moved.
std::string why_all_left(const ExaminedRepo& repo, const RemovalContext& context) {
  Obstacles found;
  if (const auto adopted = context.adopted.touched_by(repo.place.root); !adopted)
    found.unreadable = adopted.error().message;
  else found.of_adoption = *adopted;
  if (repo.anatomy == &repo.target->layout.anatomy()) {
    const auto view = repo.target->rules.view(repo.place);
    if (!view) found.unreadable = view.error().message;
    else if (!view->busy.empty()) found.download = view->busy.front();
  }
  if (!repo.anatomy->locks.empty()) {
    const path locks = repo.place.root.parent_path() / repo.anatomy->locks / repo.place.root.filename();
    const fs::Root root(locks);
    PlannedFolder planned{.folder = locks, .has_locks = true};
    static_cast<void>(fs::survey({root, ""}, [&](const SurveyedEntry& entry) {
      if (entry.kind == fs::Kind::file) planned.files.emplace(entry.path, entry.stamp);
      return Descend::yes;
    }));
    found.lock = held_lock(planned, {root, ""});
  }
  return why_left(found, repo.place.root);
}

}  // namespace

bool is_for_this_user(const SurveyedEntry& entry) { return geteuid() == 0 || entry.owner == geteuid(); }

void add_leftover(LeftoverFiles& group, std::string path, const fs::Status& status, std::uint64_t disk_size) {
  group.files.push_back({std::move(path), status.stamp, {status.device, status.stamp.inode}});
  group.disk_size += status.links < 2 ? disk_size : 0;
}

void add_leftover(LeftoverFiles& group, const SurveyedEntry& entry) {
  group.files.push_back({std::string(entry.path), entry.stamp, {entry.device, entry.stamp.inode}});
  group.disk_size += entry.links < 2 ? entry.disk_size : 0;
}

Result<std::optional<LeftoverFiles>> rest_of_removal(const path& record, const RemovalContext& context) {
  const auto is_there = [](const path& name) -> Result<bool> {
    return TRY(fs::status_of(name)).kind != fs::Kind::missing;
  };
  const bool is_needed = TRY(is_there(record / record::file_name)) || TRY(is_there(record / "kept"));
  if (!TRY(is_there(record)) || (is_needed && !TRY(is_there(record / hub::removed_folder)))) return std::nullopt;
  LeftoverFiles rest{.what = Leftover::removed, .folder = record / hub::removed_folder};
  rest.root = rest.folder;
  rest.record = record;
  const fs::Root root(rest.root);
  PlannedFolder planned{.folder = rest.root};
  TRY(fs::survey({root, ""}, [&](const SurveyedEntry& entry) {
    planned.ids.push_back({entry.device, entry.stamp.inode});
    if (entry.kind != fs::Kind::folder) add_leftover(rest, entry);
    return Descend::yes;
  }));
  Obstacles found;
  found.process = user_of(planned, rest.root, context.open_files);
  rest.why_left = why_left(found, rest.root);
  return rest;
}

Result<std::vector<LeftoverFiles>> leftovers_of(const ExaminedRepo& repo, const RemovalContext& context,
                                                std::int64_t now) {
  std::vector<LeftoverFiles> found;
  const bool is_own = !repo.is_adopted && repo.is_readable && repo.measured.root != fs::Kind::symlink &&
                      !repo.target->layout.place_in("/");
  if (is_own) found = TRY(RepoSearch(repo, now).run());
  if (!found.empty()) {
    const std::string why = why_all_left(repo, context);
    for (LeftoverFiles& group : found) group.why_left = why;
  }
  if (repo.place.record.empty()) return found;
  if (auto rest = TRY(rest_of_removal(repo.place.record, context))) {
    rest->target = repo.target;
    rest->repo = &repo;
    found.push_back(*std::move(rest));
  }
  return found;
}

}  // namespace hubcache::caches
