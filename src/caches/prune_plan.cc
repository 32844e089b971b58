#include "caches/prune_plan.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "base/try.h"
#include "caches/link_target.h"
#include "caches/repo_leftovers.h"
#include "fs/lock.h"
#include "fs/survey.h"
#include "hub/record_folder.h"

namespace hubcache::caches {
namespace {

using fs::Descend;
using fs::SurveyedEntry;
using std::filesystem::path;
using What = hub::SharedFolder::What;

constexpr std::int64_t day = 24ll * 3600 * 1'000'000'000;
/// The ending of locks that count as held as long as they exist (filelock.SoftFileLock).
constexpr std::string_view soft_lock_ending = ".soft";

Leftover kind_of(What what) {
  switch (what) {
    case What::locks: return Leftover::lock;
    case What::downloads: return Leftover::unfinished;
    case What::contents: return Leftover::unused_content;
  }
  return Leftover::lock;
}

/// Looks into a folder that the repos of a cache share.
class SharedSearch {
 public:
  SharedSearch(const hub::Target& target, const hub::SharedFolder& shared, std::int64_t now)
      : shared_(shared), folder_(shared.folder), now_(now) {
    found_.what = kind_of(shared.what);
    found_.target = &target;
    found_.folder = found_.root = shared.folder;
    found_.record = shared.record;
  }

  /// `places`: the places of the cache's repos. `is_known`: those are all of them.
  Result<LeftoverFiles> run(const std::vector<path>& places, bool is_known) {
    if (shared_.what == What::contents) {
      if (!is_known) return std::move(found_);
      used_ = TRY(link_targets(places)).files;
      found_.users = places;
    }
    TRY(fs::survey({folder_, ""}, [&](const SurveyedEntry& entry) {
      if (has_part(entry.path, hub::own_folder)) return Descend::no;
      if (entry.kind == fs::Kind::file && is_leftover(entry)) add_leftover(found_, entry);
      return Descend::yes;
    }));
    return std::move(found_);
  }

 private:
  bool is_leftover(const SurveyedEntry& entry) const {
    if (!is_for_this_user(entry)) return false;
    switch (shared_.what) {
      case What::locks: return !entry.path.ends_with(soft_lock_ending) && !fs::is_locked({folder_, entry.path});
      case What::downloads: return is_old(entry.stamp.mtime, now_);
      // Names with a dot are those of locks and lists beside the contents.
      case What::contents:
        return entry.path.find('.') == entry.path.npos && entry.links < 2 &&
               !used_.contains(FileId{entry.device, entry.stamp.inode});
    }
    return false;
  }

  const hub::SharedFolder& shared_;
  const fs::Root folder_;
  const std::int64_t now_;
  std::set<FileId> used_;
  LeftoverFiles found_;
};

Result<std::vector<LeftoverFiles>> shared_leftovers(const hub::Target& target, const hub::SharedFolder& shared,
                                                    const Examined& examined, const RemovalContext& context,
                                                    std::int64_t now) {
  std::vector<LeftoverFiles> found;
  std::vector<path> places;
  bool is_known = examined.notes.empty();
  for (const ExaminedRepo& one : examined.repos) {
    if (one.repo.place.parent_path() != shared.folder.parent_path()) continue;
    places.push_back(one.repo.place);
    is_known = is_known && one.is_readable && one.measured.unread.empty() && one.measured.not_entered.empty();
  }
  LeftoverFiles files = TRY(SharedSearch(target, shared, now).run(places, is_known));
  if (!files.files.empty()) found.push_back(std::move(files));
  if (auto rest = TRY(rest_of_removal(shared.record, context))) {
    rest->target = &target;
    found.push_back(*std::move(rest));
  }
  return found;
}

}  // namespace

bool is_old(std::int64_t mtime, std::int64_t now) { return mtime < now - day; }

Result<LinkTargets> link_targets(const std::vector<path>& folders) {
  LinkTargets targets;
  for (const path& folder : folders) {
    const fs::Root root(folder);
    TRY(fs::survey({root, ""}, [&](const SurveyedEntry& entry) {
      if (entry.kind != fs::Kind::symlink) return Descend::yes;
      const path link = folder / entry.path;
      const auto end = fs::status_of_target(link);
      if (end && end->kind != fs::Kind::missing) targets.files.insert({end->device, end->stamp.inode});
      if (const auto name = fs::read_symlink(fs::Name(root, entry.path)))
        targets.names.insert((link.parent_path() / *name).lexically_normal().native());
      return Descend::no;
    }));
  }
  return targets;
}

Result<FoundLeftovers> find_leftovers(const Environment& environment, const Examined& examined, const PruneScope& scope,
                                      const RemovalContext& context, std::int64_t now) {
  FoundLeftovers found;
  const auto take = [&](Result<std::vector<LeftoverFiles>> files) -> Result<void> {
    if (!files && files.error().code == ErrorCode::interrupted) return files.error();
    if (files) std::ranges::move(*files, std::back_inserter(found.files));
    else found.notes.push_back(files.error().message);
    return {};
  };
  for (const ExaminedRepo* one : scope.repos) TRY(take(leftovers_of(*one, context, now)));
  std::set<path> seen;
  for (const hub::Target* target : scope.shared_of) {
    for (const hub::SharedFolder& shared : target->layout.shared_folders(environment)) {
      if (seen.insert(shared.folder).second) TRY(take(shared_leftovers(*target, shared, examined, context, now)));
    }
  }
  return found;
}

}  // namespace hubcache::caches
