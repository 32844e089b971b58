// The reports about cached repos as JSON and CSV.
#include <fmt/format.h>

#include <hubcache/caches.h>

#include "adoption/ids.h"
#include "adoption/json.h"
#include "adoption/report_parts.h"
#include "base/text.h"
#include "base/time_text.h"

namespace hubcache {
namespace {

using adoption::dump;
using adoption::schema;
using adoption::text_or_null;
using nlohmann::json;

std::string name_with_hub(const CachedRepo& repo) {
  return adoption::id_with_hub(adoption::hub_of(repo.target), repo.repo_id);
}

json files_json(const CachedFiles& files) { return {{"files", files.files}, {"bytes", files.bytes}}; }

json repo_json(const CachedRepo& repo) {
  return {{"repo_id", repo.repo_id},
          {"name", name_with_hub(repo)},
          {"hub", repo.hub},
          {"target", repo.target},
          {"repo_type", repo.type},
          {"place", repo.place.native()},
          {"state", name_of(repo.state)},
          {"pinned", repo.pinned},
          {"folder", text_or_null(repo.folder.native())},
          {"disk_size", repo.disk_size},
          {"content_size", repo.content_size},
          {"files", repo.files},
          {"revision_count", repo.revision_count},
          {"revisions", repo.revisions},
          {"last_use", repo.last_use ? json(iso_time(*repo.last_use)) : json(nullptr)},
          {"temporary", files_json(repo.temporary)},
          {"aside", files_json(repo.aside)},
          {"notes", repo.notes}};
}

json usage_json(const DiskUsage& usage) {
  json parts = json::array();
  for (const DiskUsage& part : usage.parts) parts.push_back(usage_json(part));
  return {{"name", usage.name},
          {"target", text_or_null(usage.target)},
          {"repo_type", text_or_null(usage.type)},
          {"place", text_or_null(usage.place.native())},
          {"disk_size", usage.disk_size},
          {"files", usage.files},
          {"repos", usage.repos},
          {"parts", std::move(parts)}};
}

/// Returns a field of CSV for a name. Spreadsheets take a text that begins with one of these signs for a formula.
std::string field(const std::string& name) {
  const std::string shown = printable(name);
  std::string text = shown.find_first_of("=+-@") == 0 ? "'" + shown : shown;
  if (text.find_first_of(",\"\r\n") == text.npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

}  // namespace

std::string to_json(const CachedReport& report) {
  json repos = json::array();
  for (const CachedRepo& repo : report.repos) repos.push_back(repo_json(repo));
  return dump(
      {{"schema", schema}, {"repos", std::move(repos)}, {"disk_size", report.disk_size}, {"notes", report.notes}});
}

std::string to_json(const DiskUsageReport& report) {
  json value = usage_json(report.total);
  json hubs = std::move(value["parts"]);
  for (const char* name : {"name", "target", "repo_type", "place", "parts"}) value.erase(name);
  value["schema"] = schema;
  value["hubs"] = std::move(hubs);
  value["notes"] = report.notes;
  return dump(value);
}

std::string to_csv(const CachedReport& report) {
  std::string text =
      "name,hub,target,repo_type,state,pinned,disk_size,content_size,files,revisions,last_use,temporary_files,"
      "temporary_bytes,place\r\n";
  for (const CachedRepo& repo : report.repos) {
    text +=
        fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n", field(name_with_hub(repo)), repo.hub, repo.target,
                    field(repo.type), name_of(repo.state), repo.pinned, repo.disk_size, repo.content_size, repo.files,
                    repo.revision_count, repo.last_use ? iso_time(*repo.last_use) : "", repo.temporary.files,
                    repo.temporary.bytes, field(repo.place.native()));
  }
  return text;
}

}  // namespace hubcache
