#include <algorithm>

#include <hubcache/remove.h>

#include "base/cancel.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "caches/gather.h"
#include "caches/removal.h"
#include "caches/selection.h"

namespace hubcache {
namespace {

using caches::ExaminedRepo;
using caches::RemovalPlan;

CachedRemoval removal_of(const ExaminedRepo& repo, const RemovalPlan& plan) {
  const CachedRepo& one = repo.repo;
  return {.repo_id = one.repo_id,
          .hub = one.hub,
          .target = one.target,
          .type = one.type,
          .place = one.place,
          .files = plan.files,
          .disk_size = plan.disk_size,
          .why_left = why_left(plan.obstacles, one.place)};
}

void sum_up(RemoveCachedReport& report) {
  report.disk_size = 0;
  for (const CachedRemoval& one : report.repos) report.disk_size += one.why_left.empty() ? one.disk_size : 0;
}

Result<std::vector<RemovalPlan>> plans_for(const caches::Repos& repos, const caches::RemovalContext& context) {
  std::vector<RemovalPlan> plans;
  plans.reserve(repos.size());
  for (const ExaminedRepo* one : repos) {
    auto plan = caches::plan_removal(*one, context);
    if (!plan && plan.error().code == ErrorCode::interrupted) return plan.error();
    plans.push_back(plan ? *std::move(plan) : RemovalPlan{.obstacles = {.unreadable = plan.error().message}});
  }
  return plans;
}

void act(const ExaminedRepo& repo, const RemovalPlan& plan, CachedRemoval& removal) {
  auto removed = is_cancelled() ? Result<caches::RemovedRepo>(cancelled()) : caches::remove(repo, plan);
  removal.why_left = removed ? std::move(removed->why_left) : std::move(removed.error().message);
  if (removed) removal.kept = std::move(removed->kept);
}

}  // namespace

bool RemoveCachedReport::is_complete() const {
  return std::ranges::all_of(repos, &std::string::empty, &CachedRemoval::why_left);
}

Result<RemoveCachedReport> remove_cached(const Environment& environment, const RemoveCachedRequest& request) try {
  if (request.repo_ids.empty())
    return Error{ErrorCode::usage, say("no repo is named"), say("run hubcache ls to list the cached repos")};
  const caches::Examined examined = TRY(caches::examine(environment, request.targets));
  const caches::Repos repos = TRY(caches::selected({request.repo_ids, request.targets, request.type}, examined.repos));
  caches::RemovalContext context{caches::OpenFiles::look(), TRY(caches::AdoptedPaths::find(environment)), {}};
  for (const ExaminedRepo& one : examined.repos) context.places.push_back(one.repo.place);
  const std::vector<RemovalPlan> plans = TRY(plans_for(repos, context));
  RemoveCachedReport report{.repos = {}, .dry_run = request.dry_run};
  for (std::size_t i = 0; i < repos.size(); ++i) report.repos.push_back(removal_of(*repos[i], plans[i]));
  sum_up(report);
  const bool has_work = std::ranges::any_of(report.repos, &std::string::empty, &CachedRemoval::why_left);
  if (request.dry_run || !has_work) return report;
  if (request.confirm && !request.confirm(report))
    return Error{ErrorCode::conflict, say("nothing was removed"),
                 say("answer yes, or add --yes; to see what would be removed, add --dry-run")};
  for (std::size_t i = 0; i < repos.size(); ++i) {
    if (report.repos[i].why_left.empty()) act(*repos[i], plans[i], report.repos[i]);
  }
  sum_up(report);
  return report;
} catch (...) {
  return caught();
}

}  // namespace hubcache
