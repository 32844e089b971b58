#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>

#include <hubcache/prune.h>

#include "base/cancel.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "caches/lost_folders.h"
#include "caches/prune_plan.h"
#include "caches/pruning.h"
#include "hubs/registry.h"

namespace hubcache {
namespace {

using caches::ExaminedRepo;
using caches::LeftoverFiles;

/// One group of the report, and how it is removed.
struct Work {
  LeftoverGroup group;
  std::optional<LeftoverFiles> files;  ///< nullopt: an adoption
  const ExaminedRepo* adopted = nullptr;
};

void name_repo(const ExaminedRepo& repo, LeftoverGroup& group) {
  group.repo_id = repo.repo.repo_id;
  group.type = repo.repo.type;
}

Work work_for(LeftoverFiles files) {
  Work work{{.what = files.what, .folder = files.folder}, {}, nullptr};
  work.group.hub = files.target->hub.name;
  work.group.target = files.target->name;
  if (files.repo) name_repo(*files.repo, work.group);
  for (const caches::LeftoverFile& file : files.files) work.group.paths.push_back(files.root / file.path);
  std::ranges::sort(work.group.paths);
  work.group.disk_size = files.disk_size;
  work.group.why_left = files.why_left;
  work.files = std::move(files);
  return work;
}

Work work_for(const ExaminedRepo& repo, const std::filesystem::path& lost) {
  Work work{{.what = Leftover::adoption, .hub = repo.repo.hub, .target = repo.repo.target, .folder = lost}, {}, &repo};
  name_repo(repo, work.group);
  return work;
}

Result<caches::PruneScope> scope_of(const PruneRequest& request, const std::vector<ExaminedRepo>& repos) {
  caches::PruneScope scope;
  if (!request.repo_ids.empty()) {
    scope.repos = TRY(caches::selected({request.repo_ids, request.targets, {}, true}, repos));
    return scope;
  }
  for (const ExaminedRepo& one : repos) scope.repos.push_back(&one);
  for (const hub::Target* target : hubs::targets()) {
    const auto is_named = [&](const std::string& name) { return target->is_named(name); };
    if (request.targets.empty() || std::ranges::any_of(request.targets, is_named)) scope.shared_of.push_back(target);
  }
  return scope;
}

Result<std::vector<Work>> plan(const Environment& environment, caches::Examined& examined,
                               const caches::PruneScope& scope) {
  const std::int64_t now = std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
  const caches::RemovalContext context{caches::OpenFiles::look(), TRY(caches::AdoptedPaths::find(environment)), {}};
  caches::FoundLeftovers found = TRY(caches::find_leftovers(environment, examined, scope, context, now));
  std::ranges::move(found.notes, std::back_inserter(examined.notes));
  std::vector<Work> works;
  works.reserve(found.files.size());
  for (LeftoverFiles& files : found.files) works.push_back(work_for(std::move(files)));
  for (const ExaminedRepo* one : scope.repos) {
    if (const auto lost = caches::lost_folder(*one)) works.push_back(work_for(*one, *lost));
  }
  // The other files go through the folder that a killed removal has filled.
  std::ranges::stable_partition(works, [](const Work& work) { return work.group.what == Leftover::removed; });
  return works;
}

PruneReport report_of(const std::vector<Work>& works, std::vector<std::string> notes, bool dry_run) {
  PruneReport report{.dry_run = dry_run, .notes = std::move(notes)};
  for (const Work& work : works) {
    report.groups.push_back(work.group);
    if (work.group.why_left.empty()) report.disk_size += work.group.disk_size;
  }
  return report;
}

Result<void> act(const Environment& environment, Work& work) {
  TRY(check_not_cancelled());
  if (work.adopted) {
    work.group.kept = TRY(caches::release_adoption(environment, *work.adopted));
    return {};
  }
  caches::PrunedFiles pruned = TRY(caches::remove(*work.files));
  work.group.kept = std::move(pruned.kept);
  if (pruned.left > 0)
    work.group.why_left = say("another process uses or has changed {}", counted(pruned.left, "file"));
  return {};
}

}  // namespace

bool PruneReport::is_complete() const {
  return std::ranges::all_of(groups, &std::string::empty, &LeftoverGroup::why_left);
}

Result<PruneReport> prune(const Environment& environment, const PruneRequest& request) try {
  caches::Examined examined = TRY(caches::examine(environment, request.targets));
  const caches::PruneScope scope = TRY(scope_of(request, examined.repos));
  std::vector<Work> works = TRY(plan(environment, examined, scope));
  PruneReport planned = report_of(works, examined.notes, request.dry_run);
  const auto has_work = [](const Work& work) { return work.group.why_left.empty(); };
  if (request.dry_run || std::ranges::none_of(works, has_work)) return planned;
  if (request.confirm && !request.confirm(planned))
    return Error{ErrorCode::conflict, say("nothing was removed"),
                 say("answer yes, or add --yes; to see what would be removed, add --dry-run")};
  for (Work& work : works) {
    if (!has_work(work)) continue;
    if (const auto done = act(environment, work); !done) work.group.why_left = done.error().message;
  }
  return report_of(works, std::move(examined.notes), false);
} catch (...) {
  return caught();
}

}  // namespace hubcache
