// The report about removed repos as text and JSON.
#include <hubcache/remove.h>

#include "adoption/ids.h"
#include "adoption/json.h"
#include "adoption/report_parts.h"
#include "base/language.h"
#include "base/text.h"
#include "caches/removal_text.h"

namespace hubcache {
namespace {

using adoption::dump;
using adoption::schema;
using adoption::text_or_null;
using nlohmann::json;

std::string name_of(const CachedRemoval& repo) {
  return adoption::id_with_hub(adoption::hub_of(repo.target), repo.repo_id);
}

std::string line_for(const CachedRemoval& repo, bool is_plan) {
  const std::string name = printable(name_of(repo)) + " (" + repo.target + ")", place = in_quotes(repo.place.native());
  if (!repo.why_left.empty()) return say("left {}: {}", name, repo.why_left);
  const std::string size = say("{}, {}", counted(repo.files, "file"), human_size(repo.disk_size));
  return is_plan ? say("to be removed: {}: {}, {}", name, size, place) : say("removed {}: {}, {}", name, size, place);
}

json json_of(const CachedRemoval& repo) {
  return {{"repo_id", repo.repo_id}, {"name", name_of(repo)},       {"hub", repo.hub},
          {"target", repo.target},   {"repo_type", repo.type},      {"place", repo.place.native()},
          {"files", repo.files},     {"disk_size", repo.disk_size}, {"why_left", text_or_null(repo.why_left)},
          {"kept", repo.kept}};
}

}  // namespace

std::string to_text(const RemoveCachedReport& report) {
  std::string text;
  for (const CachedRemoval& repo : report.repos) {
    text += line_for(repo, report.dry_run) + "\n";
    text += caches::kept_text(repo.kept);
  }
  return text + caches::freed_text(report.disk_size, report.dry_run);
}

std::string question_about(const RemoveCachedReport& plan) {
  RemoveCachedReport shown = plan;
  shown.dry_run = true;
  return to_text(shown) + say("Remove these repos?");
}

std::string to_json(const RemoveCachedReport& report) {
  json repos = json::array();
  for (const CachedRemoval& repo : report.repos) repos.push_back(json_of(repo));
  return dump({{"schema", schema},
               {"dry_run", report.dry_run},
               {"complete", report.is_complete()},
               {"disk_size", report.disk_size},
               {"repos", std::move(repos)}});
}

}  // namespace hubcache
