#include <fmt/format.h>

#include <hubcache/report.h>

#include "adoption/json.h"
#include "adoption/report_parts.h"
#include "base/language.h"
#include "base/text.h"

namespace hubcache {
namespace {

using adoption::schema;
using adoption::text_or_null;
using nlohmann::json;

constexpr Comparison comparisons[] = {Comparison::same, Comparison::edited, Comparison::missing, Comparison::extra,
                                      Comparison::unreadable};

std::string counts_text(const RepoVerification& repo) {
  std::string text;
  for (const Comparison comparison : comparisons) {
    const std::uint64_t count = repo.count(comparison);
    if (count > 0 || comparison != Comparison::unreadable)
      text += (text.empty() ? "" : say(", ")) + say("{} {}", count, translated(name_of(comparison)));
  }
  return text;
}

std::string compared_with(const RepoVerification& repo) {
  if (repo.asked_hub) return say("the hub's {}", repo.revision);
  const std::string recorded = say("the recorded hub state of {}", repo.revision);
  return repo.hub_error.empty() ? recorded : say("{}; the hub does not answer: {}", recorded, repo.hub_error);
}

std::string file_text(const VerifiedFile& file) {
  const std::string size = file.size_known ? human_size(file.size) : say("unknown size");
  const std::string detail = file.why.empty() ? size : file.why;
  return say("  {:8} {} ({})\n", translated(name_of(file.comparison)), printable(file.path), detail);
}

std::string repo_text(const RepoVerification& repo) {
  const std::string name = adoption::name_of_repo(repo.repo_id, repo.target);
  if (repo.error) {
    const std::string& hint = repo.error->hint;
    return say("{}: {}\n{}", name, repo.error->message, hint.empty() ? "" : say("  hint: {}\n", hint));
  }
  std::string text = say("{}: {}\n  compared {} with {}\n", name, counts_text(repo), in_quotes(repo.folder.native()),
                         compared_with(repo));
  for (const VerifiedFile& file : repo.files) {
    if (file.comparison != Comparison::same) text += file_text(file);
  }
  for (const std::string& note : repo.notes) text += say("  note: {}\n", note);
  return text;
}

json repo_json(const RepoVerification& repo) {
  json value = {{"repo_id", repo.repo_id},
                {"target", repo.target},
                {"repo_type", name_of(repo.type)},
                {"revision", repo.revision},
                {"folder", repo.folder.native()},
                {"asked_hub", repo.asked_hub},
                {"hub_error", text_or_null(repo.hub_error)},
                {"error", repo.error ? adoption::error_json(*repo.error) : json(nullptr)},
                {"files", adoption::files_json(repo.files)},
                {"notes", repo.notes}};
  for (const Comparison comparison : comparisons) value[std::string(name_of(comparison))] = repo.count(comparison);
  return value;
}

}  // namespace

json adoption::files_json(const std::vector<VerifiedFile>& files) {
  json list = json::array();
  for (const VerifiedFile& file : files) {
    list.push_back({{"path", file.path},
                    {"comparison", name_of(file.comparison)},
                    {"size", file.size_known ? json(file.size) : json(nullptr)},
                    {"why", text_or_null(file.why)}});
  }
  return list;
}

std::string to_text(const VerifyReport& report) {
  std::string text;
  for (const RepoVerification& repo : report.repos) text += repo_text(repo);
  for (const std::string& note : report.notes) text += say("note: {}\n", note);
  return text;
}

void write_json(const VerifyReport& report, const Write& write) {
  adoption::write_with_repos({{"schema", schema}, {"notes", report.notes}}, report.repos, repo_json, write);
}

}  // namespace hubcache
