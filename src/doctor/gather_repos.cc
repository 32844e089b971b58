#include <algorithm>

#include "adoption/ids.h"
#include "adoption/standing_sites.h"
#include "doctor/gather.h"
#include "hubs/registry.h"
#include "record/record.h"

namespace hubcache::doctor_parts {
namespace {

/// Returns the record file of the place if it cannot be read although this user may trust it; else "".
std::filesystem::path damaged_record_of(const std::vector<adoption::Site>& sites, const RepoStatus& repo) {
  const auto site = std::ranges::find_if(
      sites, [&](const adoption::Site& one) { return !repo.place.empty() && one.place.root == repo.place; });
  if (site == sites.end() || site->unreadable || !site->objection.empty()) return {};
  const auto record = record::load(site->place.record, record::Trust::own);
  return record ? std::filesystem::path() : site->place.record / record::file_name;
}

}  // namespace

std::vector<RepoFacts> examine_repos(const Environment& environment, const StatusReport& status) {
  std::vector<RepoFacts> repos;
  const auto found = adoption::standing_sites(environment, {});
  const auto sites = found ? found->sites : std::vector<adoption::Site>();
  for (const RepoStatus& repo : status.repos) {
    const auto target = hubs::find_target(repo.target);
    if (!target) continue;
    RepoFacts facts{.name = adoption::id_with_hub((*target)->hub, repo.repo_id), .status = repo};
    const std::string index = (*target)->index_name();
    if (!index.empty()) facts.index = repo.place / index;
    if (!repo.error.empty()) facts.record = damaged_record_of(sites, repo);
    repos.push_back(std::move(facts));
  }
  return repos;
}

}  // namespace hubcache::doctor_parts
