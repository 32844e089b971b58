#include "doctor/decide.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/language.h"
#include "base/text.h"

namespace hubcache::doctor_parts {
namespace {

std::string packages_text(const std::vector<InstalledPackage>& packages) {
  std::string text;
  for (const InstalledPackage& package : packages) {
    if (text.find(package.name + " ") == text.npos)
      text += (text.empty() ? "" : ", ") + package.name + " " + package.version;
  }
  return text;
}

/// Adds a note on each package that is installed twice: Python imports the first.
void add_doubles(const std::vector<InstalledPackage>& packages, Findings& found) {
  for (std::size_t i = 1; i < packages.size(); ++i) {
    const InstalledPackage &first = packages[i - 1], &second = packages[i];
    if (first.name != second.name || first.version == second.version) continue;
    Finding finding{Severity::note, "python",
                    say("{0} is installed in two versions: {1}, which Python imports first, and {2} in {3}", first.name,
                        first.version, second.version, in_quotes(second.folder.native())),
                    first.folder.native(), "python3 -m pip uninstall " + first.name};
    const auto is_same = [&](const Finding& other) { return other.what == finding.what; };
    if (std::ranges::none_of(found, is_same)) found.push_back(std::move(finding));
  }
}

std::string_view mend_of(const HubSettings& settings) { return settings.hash_validation_variable; }

Finding judge_contradiction(const HubSettings::Pair& pair) {
  const hub::Contradiction& one = pair.contradiction;
  const std::string value = in_quotes(one.value), used = in_quotes(one.used_value);
  return {pair.does_harm ? Severity::wrong : Severity::note, "variable",
          one.used.empty() ? say("{} names {}, but clients use {}: {}", one.variable, value, used, one.effect)
                           : say("{} names {}, but {} names {}, which clients use: {}", one.variable, value, one.used,
                                 used, one.effect),
          std::string(one.variable), one.mend};
}

Finding judge_twins(const hub::TwinFolders& twins) {
  const std::string other = in_quotes(twins.other.native());
  const std::string aside = shell_word(twins.other.native()) + " " + shell_word(twins.other.native() + ".unused");
  return {Severity::wrong, "cache",
          twins.other_is_used_by.empty()
              ? say("{} is cached twice, and no client uses the files in {}", twins.repo_id, other)
              : say("{} is cached twice: {} uses the files in {}, other versions do not", twins.repo_id,
                    twins.other_is_used_by, other),
          twins.used.native(), "mv " + aside};
}

}  // namespace

Findings judge_targets(const DoctorReport& report) {
  Findings found;
  if (report.python.empty())
    found.push_back({Severity::note, "python",
                     say("found no folder with the packages of VIRTUAL_ENV or of a python3 in PATH, so the clients' "
                         "versions are unknown"),
                     "", "hubcache targets"});
  std::vector<std::string> without;
  for (const ExaminedTarget& target : report.targets) {
    add_doubles(target.packages, found);
    if (target.packages.empty()) without.push_back(target.name);
    else
      found.push_back({Severity::ok, "target", target.name + ": " + packages_text(target.packages), target.place, ""});
  }
  if (!without.empty() && !report.python.empty())
    found.push_back({Severity::ok, "target",
                     say("no client is installed for {}", fmt::format("{}", fmt::join(without, ", "))),
                     report.python.native(), ""});
  return found;
}

Findings judge_settings(const std::vector<HubSettings>& settings) {
  Findings found;
  for (const HubSettings& one : settings) {
    std::ranges::transform(one.contradictions, std::back_inserter(found), judge_contradiction);
    std::ranges::transform(one.twins, std::back_inserter(found), judge_twins);
    if (!one.hash_validation.empty())
      found.push_back({Severity::wrong, "variable", one.hash_validation, std::string(mend_of(one)),
                       "unset " + std::string(mend_of(one))});
  }
  return found;
}

Findings judge_own(const OwnFacts& own) {
  Findings found;
  if (!own.dead_local_hub.empty())
    found.push_back({Severity::wrong, "hub", own.dead_local_hub, own.local_hub, "hubcache serve"});
  if (!own.status_error.empty()) found.push_back({Severity::wrong, "cache", own.status_error, "", ""});
  for (const std::string& note : own.unread) found.push_back({Severity::wrong, "cache", note, "", ""});
  if (own.damaged_digests > 0)
    found.push_back(
        {Severity::note, "cache",
         say("the digest cache has {}, which hubcache ignores", counted(own.damaged_digests, "damaged record")),
         own.digest_cache.native(), "hubcache cache clear"});
  if (!own.digest_error.empty())
    found.push_back({Severity::wrong, "cache", own.digest_error, "", "hubcache cache clear"});
  if (!own.protected_hardlinks.empty())
    found.push_back({Severity::ok, "system",
                     own.protected_hardlinks == "0"
                         ? say("fs.protected_hardlinks is 0: hard links to files of other users are allowed")
                         : say("fs.protected_hardlinks is {}: hubcache copies files of other users instead of making "
                               "hard links",
                               own.protected_hardlinks),
                     "/proc/sys/fs/protected_hardlinks", ""});
  return found;
}

Findings decide(const Facts& facts) {
  const DoctorReport& report = facts.report;
  Findings all;
  for (const Findings& some :
       {judge_settings(facts.settings), judge_repos(facts.repos, facts.adopted), judge_own(facts.own),
        judge_hubs(report.hubs, report.offline), judge_tokens(report.hubs), judge_clocks(report.hubs),
        judge_file_systems(report.file_systems), judge_targets(report)})
    all.insert(all.end(), some.begin(), some.end());
  std::ranges::stable_sort(all, std::ranges::greater(), &Finding::severity);
  return all;
}

}  // namespace hubcache::doctor_parts
