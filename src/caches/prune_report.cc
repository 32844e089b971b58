// The report about what was left over, as text and JSON.
#include <hubcache/prune.h>

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

std::string name_of(const LeftoverGroup& group) {
  return group.repo_id.empty() ? "" : adoption::id_with_hub(adoption::hub_of(group.target), group.repo_id);
}

/// Says what is left over, where and how much.
std::string text_of(const LeftoverGroup& group) {
  const std::string name = name_of(group);
  const std::string where =
      name.empty() ? in_quotes(group.folder.native()) : printable(name) + " (" + group.target + ")";
  const std::string files = counted(group.paths.size(), "file"), size = human_size(group.disk_size);
  switch (group.what) {
    case Leftover::unfinished: return say("unfinished downloads of {}: {}, {}", where, files, size);
    case Leftover::lock: return say("locks of {} that no process holds: {}", where, files);
    case Leftover::broken_link: return say("broken symlinks of {}: {}", where, files);
    case Leftover::unused_content: return say("contents of {} that no revision uses: {}, {}", where, files, size);
    case Leftover::removed: return say("rest of a killed removal of {}: {}, {}", where, files, size);
    case Leftover::adoption:
      return say("adoption of {}, whose folder {} does not exist", where, in_quotes(group.folder.native()));
  }
  return "";
}

std::string line_for(const LeftoverGroup& group, bool is_plan) {
  const std::string text = text_of(group);
  if (!group.why_left.empty()) return say("left {}: {}", text, group.why_left);
  return is_plan ? say("to be removed: {}", text) : say("removed {}", text);
}

json json_of(const LeftoverGroup& group) {
  json paths = json::array();
  for (const std::filesystem::path& one : group.paths) paths.push_back(one.native());
  return {{"what", name_of(group.what)},
          {"repo_id", text_or_null(group.repo_id)},
          {"name", text_or_null(name_of(group))},
          {"hub", group.hub},
          {"target", group.target},
          {"repo_type", text_or_null(group.type)},
          {"folder", group.folder.native()},
          {"paths", std::move(paths)},
          {"disk_size", group.disk_size},
          {"why_left", text_or_null(group.why_left)},
          {"kept", group.kept}};
}

}  // namespace

std::string_view name_of(Leftover what) {
  switch (what) {
    case Leftover::unfinished: return "unfinished";
    case Leftover::lock: return "lock";
    case Leftover::broken_link: return "broken_link";
    case Leftover::unused_content: return "unused_content";
    case Leftover::removed: return "removed";
    case Leftover::adoption: return "adoption";
  }
  return "";
}

std::string to_text(const PruneReport& report) {
  std::string text;
  for (const LeftoverGroup& group : report.groups) {
    text += line_for(group, report.dry_run) + "\n";
    text += caches::kept_text(group.kept);
  }
  for (const std::string& note : report.notes) text += say("note: {}", note) + "\n";
  if (report.groups.empty()) return text + say("nothing is left over in the clients' cache folders") + "\n";
  return text + caches::freed_text(report.disk_size, report.dry_run);
}

std::string question_about(const PruneReport& plan) {
  PruneReport shown = plan;
  shown.dry_run = true;
  return to_text(shown) + say("Remove this?");
}

std::string to_json(const PruneReport& report) {
  json groups = json::array();
  for (const LeftoverGroup& group : report.groups) groups.push_back(json_of(group));
  return dump({{"schema", schema},
               {"dry_run", report.dry_run},
               {"complete", report.is_complete()},
               {"disk_size", report.disk_size},
               {"groups", std::move(groups)},
               {"notes", report.notes}});
}

}  // namespace hubcache
