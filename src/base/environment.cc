#include <hubcache/environment.h>

#include <unistd.h>

#include <algorithm>

#include "base/account.h"

namespace hubcache {
namespace {

void drop_trailing_slashes(std::string& path) {
  while (!path.empty() && path.back() == '/') path.pop_back();
}

}  // namespace

Environment Environment::capture() {
  Environment environment;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text = *entry;
    if (const auto equals = text.find('='); equals != std::string_view::npos && equals > 0) {
      environment.variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  std::error_code ignored;  // if the working folder was deleted, operations on relative paths fail later
  environment.working_folder = std::filesystem::current_path(ignored);
  environment.account_home = home_by_database(nullptr);
  return environment;
}

std::optional<std::string> Environment::get(std::string_view name) const {
  const auto found = variables.find(name);
  return found == variables.end() ? std::nullopt : std::optional(found->second);
}

std::string Environment::expand_user(std::string_view path) const {
  if (!path.starts_with('~')) return std::string(path);
  const auto end = std::min(path.find('/'), path.size());
  std::string home;
  if (end == 1) {
    home = get("HOME").value_or(account_home);
    if (!get("HOME") && home.empty()) return std::string(path);
  } else {
    home = home_by_database(std::string(path.substr(1, end - 1)).c_str());
    if (home.empty()) return std::string(path);
  }
  drop_trailing_slashes(home);
  home += path.substr(end);
  return home.empty() ? "/" : home;
}

}  // namespace hubcache
