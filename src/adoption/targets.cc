#include <hubcache/targets.h>

#include <unistd.h>

#include <algorithm>
#include <map>
#include <ranges>

#include <nlohmann/json.hpp>

#include "base/language.h"
#include "base/path.h"
#include "base/process.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/target.h"
#include "hubs/registry.h"

namespace hubcache {
namespace {

using std::filesystem::path;
using Versions = std::map<std::string, std::string>;

constexpr ProcessLimits limits{.seconds = 20, .bytes = 1 << 20};

/// Python script. Prints {name: version} of the installed packages among its arguments. Excludes the working folder
/// from the import path. "-I" would also exclude the user's own packages, which the client sees.
constexpr const char* script = R"(
import json, sys
sys.path[:] = [one for one in sys.path if one]
from importlib.metadata import PackageNotFoundError, version
found = {}
for name in sys.argv[1:]:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        pass
print(json.dumps(found))
)";

/// Returns the first python3 in PATH, as a shell finds it.
std::optional<path> first_python(const Environment& environment) {
  for (const auto part : std::views::split(environment.get("PATH").value_or(""), ':')) {
    path file = absolute_path(environment.working_folder, path(std::string(part.begin(), part.end()))) / "python3";
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return std::nullopt;
}

Result<Versions> versions_in(const path& python, const std::vector<std::string>& packages) {
  std::vector<std::string> words = {python.native(), "-c", script};
  std::ranges::copy(packages, std::back_inserter(words));
  const std::string output = TRY(output_of(words, limits));
  const auto value = nlohmann::json::parse(output, nullptr, false);
  try {
    return value.get<Versions>();
  } catch (const nlohmann::json::exception&) {
    return Error{ErrorCode::failed, say("{} is not Python 3.8 or later", in_quotes(python.native())),
                 say("select another interpreter with --python")};
  }
}

TargetInfo info_of(const hub::Target& target, const Environment& environment) {
  const hub::Description description = target.layout.describe(environment);
  TargetInfo info{std::string(target.name),
                  description.place,
                  std::string(description.variable),
                  std::string(description.accepts),
                  {}};
  for (const auto name : description.packages) info.packages.push_back({std::string(name), std::nullopt});
  return info;
}

void look_up_versions(TargetsReport& report) {
  std::vector<std::string> names;
  for (const TargetInfo& info : report.targets) {
    for (const ClientPackage& package : info.packages) names.push_back(package.name);
  }
  const auto versions = versions_in(report.python, names);
  if (!versions) report.python_error = versions.error().message;
  for (TargetInfo& info : report.targets) {
    for (ClientPackage& package : info.packages) {
      const auto found = versions ? versions->find(package.name) : Versions::const_iterator();
      if (versions && found != versions->end()) package.version = found->second;
    }
  }
}

}  // namespace

TargetsReport targets(const Environment& environment, const std::optional<path>& python) {
  TargetsReport report;
  for (const hub::Target* target : hubs::targets()) report.targets.push_back(info_of(*target, environment));
  const auto chosen =
      python ? std::optional(absolute_path(environment.working_folder, *python)) : first_python(environment);
  if (chosen) report.python = *chosen;
  if (chosen) look_up_versions(report);
  else report.python_error = say("python3 not found on PATH");
  return report;
}

}  // namespace hubcache
