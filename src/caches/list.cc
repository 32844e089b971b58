#include <algorithm>
#include <ctime>
#include <limits>
#include <tuple>

#include <hubcache/caches.h>

#include "base/caught.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "caches/filter.h"
#include "caches/gather.h"
#include "caches/judge.h"
#include "hubs/registry.h"

namespace hubcache {
namespace {

using caches::ExaminedRepo;

void sort(std::vector<CachedRepo>& repos, CachedOrder order) {
  std::ranges::sort(repos, {}, [](const CachedRepo& repo) { return std::tie(repo.hub, repo.repo_id, repo.target); });
  if (order == CachedOrder::size) std::ranges::stable_sort(repos, std::ranges::greater(), &CachedRepo::disk_size);
  if (order == CachedOrder::used) {
    const auto time = [](const CachedRepo& repo) {
      return repo.last_use.value_or(std::numeric_limits<std::int64_t>::max());
    };
    std::ranges::stable_sort(repos, {}, time);
  }
}

}  // namespace

std::string_view name_of(CachedState state) {
  switch (state) {
    case CachedState::adopted: return marked("adopted");
    case CachedState::genuine: return marked("genuine");
    case CachedState::partial: return marked("partial");
    case CachedState::damaged: return marked("damaged");
    case CachedState::empty: return marked("empty");
    case CachedState::unreadable: return marked("unreadable");
  }
  return "";
}

Result<CachedOrder> parse_cached_order(std::string_view text) {
  if (text == "size") return CachedOrder::size;
  if (text == "used") return CachedOrder::used;
  if (text == "name") return CachedOrder::name;
  return Error{ErrorCode::usage, say("invalid order: {} (expected size, used or name)", in_quotes(text)), ""};
}

Result<CachedReport> list_cached(const Environment& environment, const CachedRequest& request) try {
  const std::vector<caches::Condition> conditions = TRY(caches::parse_conditions(request.filters));
  caches::Examined examined = TRY(caches::examine(environment, request.targets));
  const std::int64_t now = std::time(nullptr);
  CachedReport report;
  report.notes = std::move(examined.notes);
  std::vector<const ExaminedRepo*> shown;
  for (const ExaminedRepo& one : examined.repos) {
    CachedRepo repo = caches::judged(one);
    if (!std::ranges::all_of(conditions, [&](const caches::Condition& holds) { return holds(repo, now); })) {
      ++report.left_out;
      continue;
    }
    report.repos.push_back(std::move(repo));
    shown.push_back(&one);
  }
  report.disk_size = caches::disk_size_of(shown);
  sort(report.repos, request.order);
  return report;
} catch (...) {
  return caught();
}

Result<DiskUsageReport> disk_usage(const Environment& environment, const std::vector<std::string>& targets) try {
  caches::Examined examined = TRY(caches::examine(environment, targets));
  DiskUsageReport report{caches::usage_of(examined.repos), std::move(examined.notes)};
  for (const ExaminedRepo& one : examined.repos) {
    for (const auto* errors : {&one.measured.unread, &one.measured.not_entered}) {
      for (const Error& error : *errors) report.notes.push_back(error.message);
    }
    if (!one.is_readable) report.notes.insert(report.notes.end(), one.repo.notes.begin(), one.repo.notes.end());
  }
  return report;
} catch (...) {
  return caught();
}

}  // namespace hubcache
