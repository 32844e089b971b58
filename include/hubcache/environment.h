// The process's surroundings, captured once in main (or at the start of a library call) and then passed on as a value,
// so that every rule about variables can be tested without touching the real ones.
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
  std::string account_home;              ///< home folder by the password database; "" if there is none

  static Environment capture();

  /// Set but empty is a value: nullopt only where the variable is unset.
  std::optional<std::string> get(std::string_view name) const;

  /// CPython's os.path.expanduser: "~" and "~/x" by $HOME (else the password database), "~user/x" by the database;
  /// what cannot be expanded stays as it is.
  std::string expand_user(std::string_view path) const;
};

}  // namespace hubcache
