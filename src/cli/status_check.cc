#include "cli/status_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "adoption/ids.h"
#include "adoption/report_parts.h"
#include "base/language.h"
#include "base/text.h"

namespace hubcache::cli {
namespace {

/// Returns the reasons why the next run does not simply use the cached files.
std::vector<std::string> differences(const RepoStatus& repo) {
  std::vector<std::string> found;
  const auto add = [&](std::uint64_t count, std::string_view what) {
    const std::string files = counted(count, "file");
    if (count > 0) found.push_back(say_with(fmt::string_view(what.data(), what.size()), fmt::make_format_args(files)));
  };
  if (repo.state == RepoState::damaged)
    found.push_back(repo.error.empty() ? say("the client's index is damaged") : repo.error);
  if (!repo.client_raises.empty()) found.push_back(say("the client raises an exception: {}", repo.client_raises));
  add(repo.downloads, marked("{} would be downloaded"));
  add(repo.losses, marked("{} would be overwritten"));
  add(repo.missed, marked("{} for which the client gets None"));
  add(repo.raises, marked("{} at which the client raises an exception"));
  add(repo.hidden.size(), marked("{} hidden by the client's notes"));
  if (!repo.outdated_copies.empty()) found.push_back(say("programs use an outdated copy of the files"));
  if (!repo.missing_links.empty())
    found.push_back(say("the client downloads all files in {}", counted(repo.missing_links.size(), "working folder")));
  if (!repo.client_place.empty()) found.push_back(say("the environment leads the client to another cache folder"));
  if (repo.changes.is_missing) found.push_back(say("the adopted folder does not exist"));
  add(repo.changes.added, marked("{} added to the adopted folder"));
  add(repo.changes.changed, marked("{} changed in the adopted folder"));
  add(repo.changes.removed, marked("{} removed from the adopted folder"));
  add(repo.changes.unread, marked("{} of the adopted folder cannot be read"));
  add(repo.changes.replaced, marked("{} replaced, edited or removed in the cache folder"));
  if (repo.cache_moved_on && !repo.asked_hub) found.push_back(say("the client uses the hub's files, also offline"));
  if (repo.cache_moved_on && repo.asked_hub && repo.downloads == 0)
    found.push_back(say("the client uses the hub's files"));
  if (repo.has_made_up_version && repo.asked_hub)
    found.push_back(say("adopted offline: the client uses the hub's files"));
  return found;
}

/// Returns the reason why the check cannot succeed although it found no difference, for example that the hub did not
/// answer; "" if there is none.
std::string what_is_unknown(const RepoStatus& repo, bool is_by_name) {
  if (!repo.hub_error.empty()) return say("the hub: {}", repo.hub_error);
  const bool is_one_of_many = repo.adopted_at.empty() && adoption::hub_of(repo.target).caches_many_repos;
  if (repo.cache_moved_on || (is_one_of_many && !is_by_name)) return "";
  const bool is_unknown = !repo.is_known && (repo.adopted_at.empty() || repo.has_made_up_version);
  return is_unknown ? say("the hub state is not recorded, and hubcache did not ask the hub") : "";
}

}  // namespace

CheckVerdict check(const StatusReport& report, bool is_by_name) {
  CheckVerdict differing{static_cast<int>(ErrorCode::difference), {}}, unknown{static_cast<int>(ErrorCode::hub), {}};
  for (const RepoStatus& repo : report.repos) {
    if (repo.state == RepoState::unreadable) continue;            // it is unknown what its owner's programs will do
    if (repo.state == RepoState::empty && !is_by_name) continue;  // left behind by a failed request
    const std::string id = adoption::id_with_hub(adoption::hub_of(repo.target), repo.repo_id);
    const auto about = [&](const std::string& what) { return say("{} for {}: {}", id, repo.target, what); };
    const auto found = differences(repo);
    if (!found.empty()) differing.reasons.push_back(about(fmt::format("{}", fmt::join(found, translated("; ")))));
    if (const auto what = what_is_unknown(repo, is_by_name); !what.empty()) unknown.reasons.push_back(about(what));
  }
  if (!differing.reasons.empty()) return differing;
  return unknown.reasons.empty() ? CheckVerdict{} : unknown;
}

}  // namespace hubcache::cli
