#include "doctor/gather.h"

#include <algorithm>

#include <fmt/format.h>
#include <sys/utsname.h>

#include <hubcache/hash.h>
#include <hubcache/version.h>

#include "base/account.h"
#include "base/language.h"
#include "base/try.h"
#include "doctor/probe.h"
#include "fs/file.h"
#include "fs/walk.h"
#include "hub/checkup.h"
#include "hub/python_packages.h"
#include "hub/target.h"
#include "hub/upstream.h"
#include "hubs/registry.h"
#include "local_hub/find_hub.h"

namespace hubcache::doctor_parts {
namespace {

using std::filesystem::path;

std::string system_name() {
  utsname name{};
  return uname(&name) == 0 ? fmt::format("{} {} {}", name.sysname, name.release, name.machine) : "";
}

/// Returns true if the folder exists and has anything in it; also if it cannot be read.
bool may_have_content(const path& folder) {
  bool has_any = false;
  const auto walked = fs::walk(folder, [&](const std::string&, const fs::Status&) {
    has_any = true;
    return fs::Descend::no;
  });
  return has_any || !walked;
}

HubSettings settings_of(const hub::Hub& hub, const Environment& environment) {
  const hub::Checkup& checkup = *hub.checkup;
  HubSettings settings;
  for (hub::Contradiction& one : checkup.contradictions(environment)) {
    const bool does_harm = one.unused.empty() || may_have_content(one.unused);
    settings.contradictions.push_back({std::move(one), does_harm});
  }
  settings.twins = checkup.twin_folders(environment);
  const bool validates = std::ranges::any_of(
      hub.targets(), [&](const hub::Target* target) { return target->rules.settings(environment).hash_validation; });
  if (validates) settings.hash_validation = hub.environment_note(environment);
  settings.hash_validation_variable = checkup.hash_validation_variable;
  return settings;
}

/// Returns the notes of the status about folders that cannot be read: those that are about no hub's environment.
std::vector<std::string> notes_on_folders(const Environment& environment, const StatusReport& status) {
  std::vector<std::string> notes = status.notes;
  for (const hub::Hub* hub : hubs::all()) std::erase(notes, hub->environment_note(environment));
  return notes;
}

OwnFacts own_facts(const Environment& environment) {
  OwnFacts own;
  own.dead_local_hub = local_hub::dead_hub_note(environment);
  own.local_hub = environment.get(hub::local_hub_variable).value_or("");
  const auto cache = cache_stats(environment);
  if (cache) {
    own.damaged_digests = cache->damaged;
    own.digest_cache = cache->file;
  } else {
    own.digest_error = cache.error().message;
  }
  if (const auto value = fs::read_file(path("/proc/sys/fs/protected_hardlinks"), 16))
    own.protected_hardlinks = value->substr(0, value->find('\n'));
  return own;
}

/// The account's home, $HOME, and the folders to which they lead.
std::vector<path> homes_of(const Environment& environment) {
  std::vector<path> homes;
  for (const std::string& home : {environment.get("HOME").value_or(""), environment.account_home}) {
    std::error_code problem;
    const path real = std::filesystem::canonical(home, problem);
    for (const path& one : {path(home), problem ? path() : real}) {
      if (one.is_absolute() && one != "/" && std::ranges::find(homes, one) == homes.end()) homes.push_back(one);
    }
  }
  return homes;
}

std::vector<std::string> user_names_of(const Environment& environment, const StatusReport& status) {
  std::vector<std::string> names = {account_name()};
  for (const char* variable : {"USER", "LOGNAME", "SUDO_USER", "USERNAME"})
    names.push_back(environment.get(variable).value_or(""));
  for (const RepoStatus& repo : status.repos) names.push_back(repo.owner);
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  std::erase(names, "");
  return names;
}

bool is_target_of(const hub::Hub& hub, const std::string& name) {
  return std::ranges::any_of(hub.targets(), [&](const hub::Target* target) { return target->name == name; });
}

void find_used_hubs(const DoctorReport& report, const StatusReport& status, std::vector<ExaminedHub>& examined) {
  for (std::size_t i = 0; i < examined.size(); ++i) {
    const hub::Hub& hub = *hubs::all()[i];
    const auto is_installed = [&](const ExaminedTarget& target) {
      return !target.packages.empty() && is_target_of(hub, target.name);
    };
    const auto is_cached = [&](const RepoStatus& repo) { return is_target_of(hub, repo.target); };
    examined[i].is_used = examined[i].is_used || std::ranges::any_of(report.targets, is_installed) ||
                          std::ranges::any_of(status.repos, is_cached);
  }
}

}  // namespace

std::vector<ExaminedTarget> examine_targets(const Environment& environment) {
  std::vector<ExaminedTarget> targets;
  const auto folders = hub::package_folders(environment);
  for (const hub::Target* target : hubs::targets()) {
    const hub::Description description = target->layout.describe(environment);
    ExaminedTarget& examined =
        targets.emplace_back(std::string(target->name), description.place, std::string(description.variable));
    for (const std::string_view package : description.packages) {
      for (const auto& [version, folder] : hub::find_package(folders, package))
        examined.packages.push_back({std::string(package), version, folder});
    }
  }
  return targets;
}

Result<Facts> gather(const Environment& environment, const DoctorRequest& request) {
  Probes probes(environment, request.offline);
  Facts facts;
  DoctorReport& report = facts.report;
  report.version = version();
  report.system = system_name();
  if (!hub::package_folders(environment).empty()) report.python = hub::python_prefix(environment);
  report.offline = request.offline;
  report.targets = examine_targets(environment);
  facts.own = own_facts(environment);
  auto status = hubcache::status(environment, {.repo_ids = {}, .offline = true});
  if (!status) facts.own.status_error = status.error().message;
  StatusReport known = status ? *std::move(status) : StatusReport();
  for (RepoStatus& repo : known.repos) repo.files = {};
  const auto refreshed = refresh(environment, {.repo_ids = {}, .offline = true, .check = true});
  report.file_systems = examine_file_systems(report.targets, known, refreshed ? *refreshed : RefreshReport());
  facts.own.unread = notes_on_folders(environment, known);
  facts.repos = examine_repos(environment, known);
  facts.adopted = static_cast<std::size_t>(
      std::ranges::count_if(known.repos, [](const RepoStatus& repo) { return !repo.adopted_at.empty(); }));
  for (const hub::Hub* hub : hubs::all()) facts.settings.push_back(settings_of(*hub, environment));
  report.homes = homes_of(environment);
  report.user_names = user_names_of(environment, known);
  report.hubs = probes.take();
  find_used_hubs(report, known, report.hubs);
  return facts;
}

}  // namespace hubcache::doctor_parts
