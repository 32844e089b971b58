// The readers that hubcache serves, and where each of them looks in the present environment.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

/// A package that a reader comes in.
struct ReaderPackage {
  std::string name;                    ///< on PyPI
  std::optional<std::string> version;  ///< as installed; nullopt where it is not
};

struct TargetInfo {
  std::string name;      ///< for `targets` of a request
  std::string place;     ///< with <owner> and <name> where the repo's stand
  std::string variable;  ///< of the environment, on which the place depends
  std::string accepts;   ///< what the reader takes, in words
  std::vector<ReaderPackage> packages;
};

struct TargetsReport {
  std::filesystem::path python;  ///< whose packages were looked at; "" where there is none
  std::string python_error;      ///< why the packages are not known; "" if they are
  std::vector<TargetInfo> targets;
};

/// `python`: its packages are looked at, in a process of its own; none: the first python3 of PATH. An interpreter that
/// cannot be asked is no Error: see TargetsReport::python_error.
TargetsReport targets(const Environment& environment, const std::optional<std::filesystem::path>& python = {});

}  // namespace hubcache
