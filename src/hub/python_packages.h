// Installed Python packages, found without starting Python: by the folders that CPython's site module puts into
// sys.path, and by the folders NAME-VERSION.dist-info in them (PyPA's "Recording installed projects").
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>

namespace hubcache::hub {

/// Returns the folder with bin/ and lib/ of the user's Python: VIRTUAL_ENV, else that of the first python3 in PATH, or
/// of the file to which it is a symlink; "" if there is none.
std::filesystem::path python_prefix(const Environment& environment);

/// Returns the existing folders from which the user's Python imports packages, in its order: PYTHONPATH, the user's own
/// (not in a virtual environment), those below the prefix, Debian's. If the prefix has several versions of Python,
/// those of all. Folders that files *.pth name are not included.
std::vector<std::filesystem::path> package_folders(const Environment& environment);

struct PythonPackage {
  std::string version;
  std::filesystem::path folder;  ///< one of package_folders()
};

/// Returns the installed versions of a package, in the order of the folders: Python imports the first. `name`: as on
/// PyPI.
std::vector<PythonPackage> find_package(const std::vector<std::filesystem::path>& folders, std::string_view name);

}  // namespace hubcache::hub
