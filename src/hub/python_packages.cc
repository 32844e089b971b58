#include "hub/python_packages.h"

#include <algorithm>
#include <fstream>

#include <unistd.h>

#include "base/ascii.h"
#include "base/path.h"
#include "fs/file.h"
#include "fs/real_path.h"
#include "fs/walk.h"

namespace hubcache::hub {
namespace {

using std::filesystem::path;

std::vector<path> parts_of_path(const Environment& environment, const char* variable) {
  std::vector<path> parts;
  const std::string all = environment.get(variable).value_or("");
  for (std::size_t start = 0; start < all.size();) {
    const auto end = std::min(all.find(':', start), all.size());
    if (end > start) parts.push_back(absolute_path(environment.working_folder, all.substr(start, end - start)));
    start = end + 1;
  }
  return parts;
}

std::vector<std::string> names_in(const path& folder) {
  std::vector<std::string> names;
  static_cast<void>(fs::walk(folder, [&](const std::string& name, const fs::Status&) {
    names.push_back(name);
    return fs::Descend::no;
  }));
  std::ranges::sort(names);
  return names;
}

/// Returns the folders of packages in a folder lib: "lib/python3.11/site-packages".
void add_library(const path& library, std::vector<path>& folders) {
  for (const std::string& name : names_in(library)) {
    if (!name.starts_with("python3")) continue;
    for (const char* packages : {"site-packages", "dist-packages"}) folders.push_back(library / name / packages);
  }
}

/// Models site.venv(): the lines of pyvenv.cfg are "key = value".
std::optional<std::string> setting_of_venv(const path& prefix, std::string_view key) {
  std::ifstream lines(prefix / "pyvenv.cfg");
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals != line.npos && in_lower_case(stripped(line.substr(0, equals))) == key)
      return std::string(stripped(std::string_view(line).substr(equals + 1)));
  }
  return std::nullopt;
}

/// Adds the folders of a Python that is not a virtual environment.
void add_system(const Environment& environment, const path& prefix, std::vector<path>& folders) {
  const std::string base = environment.get("PYTHONUSERBASE").value_or("~/.local");
  const bool has_user_folder = environment.get("PYTHONNOUSERSITE").value_or("").empty();
  if (has_user_folder) add_library(path(environment.expand_user(base)) / "lib", folders);
  if (prefix == "/usr") add_library("/usr/local/lib", folders);
  add_library(prefix / "lib", folders);
}

/// Returns the name in the form in which names are compared (PEP 503), with `_` for the separators.
std::string normalized(std::string_view name) {
  std::string text;
  for (const char c : in_lower_case(name)) {
    const bool is_separator = c == '-' || c == '_' || c == '.';
    if (!is_separator) text += c;
    else if (!text.ends_with('_')) text += '_';
  }
  return text;
}

}  // namespace

path python_prefix(const Environment& environment) {
  if (std::string active = environment.get("VIRTUAL_ENV").value_or(""); !active.empty()) return active;
  for (const path& folder : parts_of_path(environment, "PATH")) {
    const path python = folder / "python3";
    if (access(python.c_str(), X_OK) != 0) continue;
    const bool is_venv = access((folder.parent_path() / "pyvenv.cfg").c_str(), F_OK) == 0;
    return (is_venv ? folder : fs::real_path(python).parent_path()).parent_path();
  }
  return {};
}

std::vector<path> package_folders(const Environment& environment) {
  std::vector<path> folders = parts_of_path(environment, "PYTHONPATH");
  path prefix = python_prefix(environment);
  if (prefix.empty()) return {};
  const auto home = setting_of_venv(prefix, "home");
  if (home) add_library(prefix / "lib", folders);
  if (home && setting_of_venv(prefix, "include-system-site-packages") == "true")
    add_system(environment, path(*home).parent_path(), folders);
  if (!home) add_system(environment, prefix == "/" ? "/usr" : prefix, folders);
  std::erase_if(folders, [](const path& folder) {
    const auto status = fs::status_of_target(folder);
    return !status || status->kind != fs::Kind::folder;
  });
  return folders;
}

std::vector<PythonPackage> find_package(const std::vector<path>& folders, std::string_view name) {
  static constexpr std::string_view suffix = ".dist-info";
  std::vector<PythonPackage> found;
  const std::string wanted = normalized(name);
  for (const path& folder : folders) {
    for (const std::string& entry : names_in(folder)) {
      const auto dash = entry.find('-');
      if (dash == entry.npos || !entry.ends_with(suffix) || dash >= entry.size() - suffix.size()) continue;
      if (normalized(entry.substr(0, dash)) != wanted) continue;
      found.push_back({entry.substr(dash + 1, entry.size() - suffix.size() - dash - 1), folder});
    }
  }
  return found;
}

}  // namespace hubcache::hub
