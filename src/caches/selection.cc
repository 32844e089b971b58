#include "caches/selection.h"

#include <algorithm>
#include <set>

#include "adoption/ids.h"
#include "base/language.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::caches {
namespace {

std::string full_name(const ExaminedRepo& repo) { return adoption::id_with_hub(repo.target->hub, repo.repo.repo_id); }

Error not_cached(const std::string& id, const std::vector<ExaminedRepo>& repos) {
  std::vector<std::string> names;
  names.reserve(repos.size());
  for (const ExaminedRepo& one : repos) names.push_back(full_name(one));
  const auto nearest = nearest_name(id, names);
  return {
      ErrorCode::failed, say("{} is not cached", in_quotes(id)),
      nearest && *nearest != id ? say("did you mean {}?", *nearest) : say("run hubcache ls to list the cached repos")};
}

/// Returns ErrorCode::usage if the repos have several types: the user may mean only one of them.
Result<void> check_type(const std::string& id, const Repos& repos) {
  std::set<std::string> types;
  for (const ExaminedRepo* one : repos) types.insert(one->repo.type);
  if (types.size() < 2) return {};
  return Error{ErrorCode::usage, say("{} is cached as {} and as {}", in_quotes(id), *types.begin(), *types.rbegin()),
               say("add --repo-type {}", *types.begin())};
}

/// Returns the cached repos that the id means.
Result<Repos> repos_named(const std::string& id, const Choice& choice, const std::vector<ExaminedRepo>& repos) {
  Repos found;
  for (const ExaminedRepo& one : repos) {
    const bool is_named = id == full_name(one) || (!choice.targets.empty() && id == one.repo.repo_id);
    if (is_named && (!choice.type || *choice.type == one.repo.type)) found.push_back(&one);
  }
  std::vector<std::string> ids = {id}, targets = choice.targets;
  if (found.empty()) TRY(adoption::take_hub(ids, targets));  // names a wrong prefix or target
  if (found.empty()) return not_cached(id, repos);
  if (!choice.takes_all_types) TRY(check_type(id, found));
  return found;
}

}  // namespace

Result<Repos> selected(const Choice& choice, const std::vector<ExaminedRepo>& repos) {
  Repos all;
  for (const std::string& id : choice.repo_ids) {
    for (const ExaminedRepo* one : TRY(repos_named(id, choice, repos))) {
      if (std::ranges::find(all, one) == all.end()) all.push_back(one);
    }
  }
  return all;
}

}  // namespace hubcache::caches
