#include <string>

#include <hubcache/doctor.h>

#include "adoption/json.h"
#include "doctor/personal.h"

namespace hubcache {
namespace {

using adoption::text_or_null;
using nlohmann::json;

template <class T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

json finding_json(const Finding& finding) {
  return {{"severity", name_of(finding.severity)},
          {"check", finding.check},
          {"what", finding.what},
          {"where", text_or_null(finding.where)},
          {"command", text_or_null(finding.command)}};
}

json target_json(const ExaminedTarget& target) {
  json packages = json::array();
  for (const InstalledPackage& package : target.packages)
    packages.push_back({{"name", package.name}, {"version", package.version}, {"folder", package.folder.native()}});
  return {{"name", target.name}, {"place", target.place}, {"variable", target.variable}, {"packages", packages}};
}

json token_json(const TokenSource& token) {
  return {{"set", token.is_set},
          {"from", text_or_null(token.from)},
          {"file", text_or_null(token.file.native())},
          {"mode", or_null(token.mode)},
          {"readable_by_others", token.is_readable_by_others},
          {"error", text_or_null(token.error)}};
}

json hub_json(const ExaminedHub& hub) {
  return {{"name", hub.name},
          {"title", hub.title},
          {"address", text_or_null(hub.address)},
          {"variable", hub.variable},
          {"used", hub.is_used},
          {"offline_variable", text_or_null(hub.offline_variable)},
          {"reach", name_of(hub.reach)},
          {"status", hub.status == 0 ? json(nullptr) : json(hub.status)},
          {"milliseconds", or_null(hub.milliseconds)},
          {"error", text_or_null(hub.error)},
          {"proxy", text_or_null(hub.proxy)},
          {"proxy_variable", text_or_null(hub.proxy_variable)},
          {"certificates", text_or_null(hub.certificates)},
          {"certificates_variable", text_or_null(hub.certificates_variable)},
          {"clock_ahead", or_null(hub.clock_ahead)},
          {"token", token_json(hub.token)}};
}

json file_system_json(const ExaminedFileSystem& one) {
  return {{"folder", one.folder.native()},         {"targets", one.targets},
          {"type", text_or_null(one.type)},        {"network", one.is_network},
          {"writable", one.is_writable},           {"reflinks", or_null(one.reflinks)},
          {"hard_links", or_null(one.hard_links)}, {"free_bytes", one.free_bytes},
          {"needed_bytes", one.needed_bytes}};
}

template <class T>
json list_json(const std::vector<T>& values, json (*one_json)(const T&)) {
  json list = json::array();
  for (const T& value : values) list.push_back(one_json(value));
  return list;
}

/// Replaces what tells who the user is in all texts of the value.
void hide(json& value, const doctor_parts::Personal& personal) {
  if (value.is_string()) value = personal.hidden(value.get<std::string>());
  else if (value.is_structured())
    for (json& part : value) hide(part, personal);
}

}  // namespace

std::string to_json(const DoctorReport& report) {
  json value = {{"schema", adoption::schema},
                {"version", report.version},
                {"system", report.system},
                {"python", text_or_null(report.python.native())},
                {"offline", report.offline},
                {"wrong", report.count(Severity::wrong)},
                {"notes", report.count(Severity::note)},
                {"findings", list_json(report.findings, finding_json)},
                {"targets", list_json(report.targets, target_json)},
                {"hubs", list_json(report.hubs, hub_json)},
                {"file_systems", list_json(report.file_systems, file_system_json)}};
  hide(value, doctor_parts::Personal(report));
  return adoption::dump(value);
}

}  // namespace hubcache
