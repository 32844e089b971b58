#include <hubcache/dedupe.h>

#include "adoption/json.h"

namespace hubcache {
namespace {

using adoption::dump;
using adoption::schema;
using adoption::text_or_null;
using nlohmann::json;

json file_json(const Duplicate& file) {
  json other_names = json::array();
  for (const std::filesystem::path& name : file.other_names) other_names.push_back(name.native());
  return {{"name", file.name.native()},
          {"other_names", std::move(other_names)},
          {"gain", file.gain},
          {"state", name_of(file.state)},
          {"why", text_or_null(file.why)}};
}

json group_json(const DuplicateGroup& group) {
  json files = json::array();
  for (const Duplicate& file : group.files) files.push_back(file_json(file));
  return {{"kept", group.kept.native()},
          {"size", group.size},
          {"sharing", name_of(group.sharing)},
          {"gain", group.gain},
          {"files", std::move(files)}};
}

}  // namespace

std::string to_json(const DedupeReport& report) {
  json groups = json::array();
  for (const DuplicateGroup& group : report.groups) groups.push_back(group_json(group));
  return dump({{"schema", schema},
               {"dry_run", report.dry_run},
               {"hard_links", report.hard_links},
               {"files", report.files},
               {"bytes", report.bytes},
               {"duplicates", report.duplicates},
               {"to_gain", report.to_gain},
               {"gained", report.gained},
               {"shared_already", report.shared_already},
               {"by_hard_links", report.by_hard_links},
               {"not_sharable", report.not_sharable},
               {"groups", std::move(groups)},
               {"notes", report.notes}});
}

}  // namespace hubcache
