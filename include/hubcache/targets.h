// The supported targets and their cache folders in the present environment.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

/// A Python package that contains a client.
struct ClientPackage {
  std::string name;                    ///< on PyPI
  std::optional<std::string> version;  ///< installed version; nullopt: not installed
};

struct TargetInfo {
  std::string name;      ///< name for `targets` in a request
  std::string place;     ///< the cache folder, with <owner> and <name> for those of the repo
  std::string variable;  ///< the environment variable or option that sets the place
  std::string accepts;   ///< the files that the client accepts, in words
  std::vector<ClientPackage> packages;
};

struct TargetsReport {
  std::filesystem::path python;  ///< the interpreter whose packages are listed; "" if there is none
  std::string python_error;      ///< why the packages are unknown; "" if they are known
  std::vector<TargetInfo> targets;
};

/// Lists all targets. `python`: the interpreter whose packages are listed, by a separate process; nullopt: the first
/// python3 in PATH. An interpreter that fails is not an Error: see TargetsReport::python_error.
TargetsReport targets(const Environment& environment, const std::optional<std::filesystem::path>& python = {});

}  // namespace hubcache
