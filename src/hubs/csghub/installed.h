// Finds the csghub-sdk that is installed for the Python that the user runs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <hubcache/environment.h>

namespace hubcache::hub::csghub_parts {

struct Installed {
  std::string version;           ///< "0.9.3"
  std::filesystem::path folder;  ///< the folder of packages
  bool has_json_index = true;
};

/// Looks into the packages of the active virtual environment; without one, of the first `python3` in PATH. nullopt if
/// csghub-sdk is not there, or in several versions. Does not run Python.
std::optional<Installed> installed_csghub(const Environment& environment);

}  // namespace hubcache::hub::csghub_parts
