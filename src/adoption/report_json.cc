#include <hubcache/report.h>

#include "adoption/ids.h"
#include "adoption/json.h"
#include "adoption/report_parts.h"
#include "adoption/status_words.h"

namespace hubcache {
namespace {

using adoption::dump;
using adoption::error_json;
using adoption::schema;
using adoption::text_or_null;
using nlohmann::json;

json verdict_json(const Verdict& verdict) {
  return {{"action", name_of(verdict.action)},
          {"reason", name_of(verdict.reason)},
          {"why", explain(verdict.reason)},
          {"loses_local", verdict.loses_local}};
}

json aside_json(const Aside& aside) {
  return {{"folder", aside.folder.native()}, {"files", aside.files}, {"bytes", aside.bytes}};
}

json links_json(const std::map<LinkKind, std::uint64_t>& links) {
  json value = json::object();
  for (const auto& [kind, count] : links) value[std::string(name_of(kind))] = count;
  return value;
}

json files_json(const std::vector<FileStatus>& files) {
  json list = json::array();
  for (const FileStatus& file : files) {
    list.push_back({{"path", file.path},
                    {"revision", file.revision},
                    {"size", file.size},
                    {"placed_size", file.placed_size ? json(*file.placed_size) : json(nullptr)},
                    {"on_hub", file.on_hub ? json(*file.on_hub) : json(nullptr)},
                    {"adopted", file.adopted},
                    {"snapshot", verdict_json(file.snapshot)},
                    {"single_file", verdict_json(file.single_file)}});
  }
  return list;
}

json outlook_json(const Outlook& outlook) {
  return {{"asked_hub", outlook.asked_hub},
          {"known", outlook.is_known},
          {"made_up_version", outlook.has_made_up_version},
          {"hub_refuses", outlook.hub_refuses},
          {"hub_error", text_or_null(outlook.hub_error)},
          {"hub_moved_on", outlook.hub_moved_on ? json(*outlook.hub_moved_on) : json(nullptr)},
          {"cache_moved_on", outlook.cache_moved_on},
          {"downloads", outlook.downloads},
          {"download_bytes", outlook.download_bytes},
          {"losses", outlook.losses},
          {"missed", outlook.missed},
          {"raises", outlook.raises},
          {"stuck", outlook.stuck},
          {"client_raises", text_or_null(outlook.client_raises)}};
}

json revisions_json(const RepoStatus& repo) {
  json list = json::array();
  for (const RevisionStatus& one : repo.by_revision) {
    list.push_back(outlook_json(one));
    list.back()["revision"] = one.revision;
    list.back()["hub"] = adoption::hub_text(one);
    list.back()["next_run"] = adoption::next_run(repo, one).text;
  }
  return list;
}

/// Returns what `text_of` says of the repo's revisions, each with its name if there are several.
template <class TextOf>
std::string text_of_all(const RepoStatus& repo, const char* otherwise, TextOf text_of) {
  if (repo.by_revision.empty()) return otherwise;
  if (repo.by_revision.size() == 1) return text_of(repo.by_revision.front());
  std::string text;
  for (const RevisionStatus& one : repo.by_revision)
    text += (text.empty() ? "" : "; ") + one.revision + ": " + text_of(one);
  return text;
}

json repo_json(const RepoStatus& repo) {
  json value = {{"repo_id", repo.repo_id},
                {"name", adoption::id_with_hub(adoption::hub_of(repo.target), repo.repo_id)},
                {"target", repo.target},
                {"repo_type", name_of(repo.type)},
                {"place", repo.place.native()},
                {"hub", text_of_all(repo, "-", adoption::hub_text)},
                {"next_run",
                 text_of_all(repo, "unknown", [&](const Outlook& one) { return adoption::next_run(repo, one).text; })},
                {"state", name_of(repo.state)},
                {"placed", {{"files", repo.placed.files}, {"bytes", repo.placed.bytes}}},
                {"error", text_or_null(repo.error)},
                {"client_place", text_or_null(repo.client_place)},
                {"owner", text_or_null(repo.owner)},
                {"revisions", repo.revisions},
                {"by_revision", revisions_json(repo)},
                {"displaced", aside_json(repo.displaced)},
                {"originals", aside_json(repo.originals)},
                {"kept", aside_json(repo.kept)},
                {"only_here", repo.only_here},
                {"hidden", repo.hidden},
                {"outdated_copies", repo.outdated_copies},
                {"working_folders", repo.working_folders},
                {"missing_links", repo.missing_links},
                {"notes", repo.notes},
                {"files", files_json(repo.files)}};
  value.update(outlook_json(repo));
  value["adoption"] = nullptr;
  if (!repo.adopted_at.empty()) {
    value["adoption"] = {{"since", repo.adopted_at}, {"folder", repo.folder.native()},  {"link", name_of(repo.link)},
                         {"pin", repo.pin},          {"links", links_json(repo.links)}, {"files", repo.adopted},
                         {"pinned", repo.pinned},    {"unfinished", repo.unfinished}};
    value["adoption"]["changes"] = {{"folder_missing", repo.changes.is_missing},
                                    {"added", repo.changes.added},
                                    {"changed", repo.changes.changed},
                                    {"removed", repo.changes.removed},
                                    {"unread", repo.changes.unread},
                                    {"replaced", repo.changes.replaced}};
  }
  return value;
}

json missing_json(const std::vector<MissingFile>& missing) {
  json list = json::array();
  for (const MissingFile& file : missing) {
    list.push_back({{"path", file.path},
                    {"size", file.size_known ? json(file.size) : json(nullptr)},
                    {"verdict", verdict_json(file.verdict)}});
  }
  return list;
}

json report_json(const AdoptReport& report) {
  return {{"schema", schema},
          {"repo_id", report.repo_id},
          {"repo_type", name_of(report.type)},
          {"revision", report.revision},
          {"target", report.target},
          {"folder", report.folder.native()},
          {"place", report.place.native()},
          {"in_place", report.in_place},
          {"pin", report.pin},
          {"dry_run", report.dry_run},
          {"asked_hub", report.asked_hub},
          {"link", name_of(report.link)},
          {"links", links_json(report.links)},
          {"files", report.files},
          {"added", report.added},
          {"changed", report.changed},
          {"removed", report.removed},
          {"renewed", report.renewed},
          {"hidden", report.hidden},
          {"copied_files", report.copied_files},
          {"copied_bytes", report.copied_bytes},
          {"pinned", report.pinned},
          {"synthetic", report.synthetic},
          {"displaced", report.displaced},
          {"requests", report.requests},
          {"kept", report.kept},
          {"missing", missing_json(report.missing)},
          {"only_here", report.only_here},
          {"unmatched", adoption::files_json(report.unmatched)},
          {"unread", report.unread},
          {"warnings", report.warnings}};
}

json report_json(const ReleaseReport& report) {
  json left = json::array();
  for (const LeftFiles& files : report.left)
    left.push_back({{"mount_point", files.mount_point.native()}, {"files", files.files}});
  return {{"schema", schema},           {"repo_id", report.repo_id},
          {"target", report.target},    {"place", report.place.native()},
          {"removed", report.removed},  {"restored", report.restored},
          {"kept", report.kept},        {"left", left},
          {"warnings", report.warnings}};
}

template <class Report>
std::string outcomes_json(const Outcomes<Report>& outcomes) {
  const auto one = [](const Outcome<Report>& outcome) {
    return outcome.report
               ? report_json(*outcome.report)
               : json{{"schema", schema}, {"target", outcome.target}, {"error", error_json(outcome.report.error())}};
  };
  if (outcomes.size() == 1) return dump(one(outcomes.front()));
  json list = json::array();
  for (const auto& outcome : outcomes) list.push_back(one(outcome));
  return dump({{"schema", schema}, {"targets", list}});
}

}  // namespace

json adoption::error_json(const Error& error) {
  json value = {{"code", static_cast<int>(error.code)},
                {"message", error.message},
                {"hint", error.hint},
                {"unanswered", error.unanswered},
                {"refused", error.refused},
                {"errno", error.number == 0 ? json(nullptr) : json(error.number)}};
  if (error.unmatched) value["unmatched"] = files_json(*error.unmatched);
  return value;
}

std::string to_json(const AdoptReport& report) { return dump(report_json(report)); }

std::string to_json(const ReleaseReport& report) { return dump(report_json(report)); }

std::string to_json(const Outcomes<AdoptReport>& outcomes) { return outcomes_json(outcomes); }

std::string to_json(const Outcomes<ReleaseReport>& outcomes) { return outcomes_json(outcomes); }

std::string to_json(const RefreshReport& report) {
  json repos = json::array();
  for (const RefreshedRepo& repo : report.repos) {
    repos.push_back({{"repo_id", repo.repo_id},
                     {"target", repo.target},
                     {"repo_type", name_of(repo.type)},
                     {"folder", repo.folder.native()},
                     {"place", repo.place.native()},
                     {"stale", repo.stale},
                     {"unfinished", repo.unfinished},
                     {"added", repo.added},
                     {"changed", repo.changed},
                     {"removed", repo.removed},
                     {"renewed", repo.renewed},
                     {"copied_files", repo.copied_files},
                     {"copied_bytes", repo.copied_bytes},
                     {"unread", repo.unread},
                     {"hidden", repo.hidden},
                     {"outdated_copies", repo.outdated_copies},
                     {"moved_to", repo.moved_to},
                     {"missing", missing_json(repo.missing)},
                     {"kept", repo.kept},
                     {"warnings", repo.warnings},
                     {"error", repo.error ? error_json(*repo.error) : json(nullptr)}});
  }
  return dump({{"schema", schema}, {"check", report.check}, {"notes", report.notes}, {"repos", repos}});
}

std::string to_json(const TargetsReport& report) {
  json targets = json::array();
  for (const TargetInfo& info : report.targets) {
    json packages = json::object();
    for (const auto& package : info.packages)
      packages[package.name] = package.version ? json(*package.version) : json(nullptr);
    targets.push_back({{"name", info.name},
                       {"place", info.place},
                       {"variable", info.variable},
                       {"accepts", info.accepts},
                       {"packages", packages}});
  }
  return dump({{"schema", schema},
               {"python", report.python.native()},
               {"python_error", text_or_null(report.python_error)},
               {"targets", targets}});
}

void write_json(const StatusReport& report, const Write& write) {
  adoption::write_with_repos({{"schema", schema}, {"notes", report.notes}}, report.repos, repo_json, write);
}

std::string to_json(const std::vector<FileStatus>& files) {
  return dump({{"schema", schema}, {"files", files_json(files)}});
}

std::string to_json(const Error& error) { return dump({{"schema", schema}, {"error", error_json(error)}}); }

}  // namespace hubcache
