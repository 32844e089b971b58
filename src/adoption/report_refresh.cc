#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <hubcache/report.h>

#include "adoption/report_parts.h"
#include "base/language.h"
#include "base/text.h"

namespace hubcache {
namespace {

using adoption::name_of_repo;

/// Indents the lines, to separate the text of one repo from the next.
std::string indented(const std::string& lines) {
  std::string text;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at) + 1;
    text += "  " + lines.substr(at, end - at);
    at = end;
  }
  return text;
}

std::string failure_text(const Error& error) {
  return say("failed: {}\n", error.message) + (error.hint.empty() ? "" : say("  hint: {}\n", error.hint));
}

/// Warnings that several repos have, with the names of the repos.
using SharedWarnings = std::map<std::string, std::vector<std::string>>;

SharedWarnings shared_warnings(const RefreshReport& report) {
  SharedWarnings names;
  for (const RefreshedRepo& repo : report.repos) {
    for (const std::string& warning : repo.warnings) names[warning].push_back(name_of_repo(repo.repo_id, repo.target));
  }
  std::erase_if(names, [](const auto& one) { return one.second.size() < 2; });
  return names;
}

std::vector<std::string> own_warnings(const RefreshedRepo& repo, const SharedWarnings& shared) {
  std::vector<std::string> own = repo.warnings;
  std::erase_if(own, [&](const std::string& warning) { return shared.contains(warning); });
  return own;
}

/// Returns the messages that adopt would print too.
std::string advice_text(const RefreshedRepo& repo, const SharedWarnings& shared) {
  std::string text = adoption::unread_text(repo.unread);
  text += adoption::missing_text(repo.missing, repo.target);
  return indented(text + adoption::kept_text(repo.kept) + adoption::warnings_text(own_warnings(repo, shared)));
}

std::string refreshed_text(const RefreshedRepo& repo, bool check, const SharedWarnings& shared) {
  std::string text = say("{}: ", name_of_repo(repo.repo_id, repo.target));
  if (repo.error) return text + failure_text(*repo.error);
  if (!repo.stale) return text + say("up to date\n") + advice_text(repo, shared);
  text += check ? say("stale: {} new, {} changed, {} removed", repo.added, repo.changed, repo.removed)
                : say("refreshed: {} new, {} changed, {} removed", repo.added, repo.changed, repo.removed);
  if (repo.renewed > 0) text += say(", {} with changed index entries", counted(repo.renewed, "file"));
  if (repo.copied_files > 0)
    text += say(", {} ({}) copied", counted(repo.copied_files, "file"), human_size(repo.copied_bytes));
  if (repo.unfinished) text += say("; the last command was interrupted");
  if (repo.hidden > 0) text += say(", {} hidden by the client's notes", counted(repo.hidden, "file"));
  text += '\n';
  for (std::size_t i = 0; i < repo.outdated_copies.size(); ++i) {
    text += say("  outdated copy: {}", printable(repo.outdated_copies[i]));
    if (i < repo.moved_to.size()) text += say(", moved to {}", printable(repo.moved_to[i]));
    text += '\n';
  }
  return text + advice_text(repo, shared);
}

}  // namespace

std::string to_text(const RefreshReport& report) {
  std::string text;
  const SharedWarnings shared = shared_warnings(report);
  for (const RefreshedRepo& repo : report.repos) text += refreshed_text(repo, report.check, shared);
  if (text.empty()) text = say("no repos are adopted\n");
  for (const auto& [warning, names] : shared) text += say("warning for {}: {}\n", fmt::join(names, ", "), warning);
  for (const std::string& note : report.notes) text += say("note: {}\n", note);
  return text;
}

}  // namespace hubcache
