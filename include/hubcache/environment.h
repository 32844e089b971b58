// The process's surroundings, captured once in main (or at the start of a library call) and then passed as a value, so
// that tests can check every rule about variables without changing the real environment.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] hubcache {

struct Environment {
  std::map<std::string, std::string, std::less<>> variables;
  std::filesystem::path working_folder;  ///< absolute
  std::string account_home;              ///< home folder from the password database; "" if there is none

  static Environment capture();

  /// Returns nullopt only if the variable is unset. An empty value is a value.
  std::optional<std::string> get(std::string_view name) const;

  /// Works like CPython's os.path.expanduser: "~" and "~/x" use $HOME (else the password database), "~user/x" uses the
  /// database. A path that cannot be expanded is returned unchanged.
  std::string expand_user(std::string_view path) const;
};

}  // namespace hubcache
