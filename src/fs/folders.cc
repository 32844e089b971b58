#include <cerrno>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

Error cannot_make(const path& folder, int number) {
  return system_error(number, "make the folder " + in_quotes(folder.native()));
}

/// True where it was made, false where there was one.
Result<bool> make_one(const path& folder) {
  if (mkdir(folder.c_str(), 0777) == 0) return true;
  const int number = errno;
  if (TRY(status_of_target(folder)).kind == Kind::folder) return false;
  return cannot_make(folder, number);
}

/// Those that are missing, the deepest first.
Result<std::vector<path>> missing_folders(const path& folder) {
  std::vector<path> missing;
  for (path at = folder; !at.empty(); at = at.parent_path()) {
    if (TRY(status_of_target(at)).kind == Kind::folder) break;
    if (at.has_filename()) missing.push_back(at);
  }
  return missing;
}

}  // namespace

Result<int> make_folders(const path& folder) {
  std::vector<path> missing = TRY(missing_folders(folder));
  std::vector<path> made;
  for (; !missing.empty(); missing.pop_back()) {
    const auto is_new = make_one(missing.back());
    if (!is_new) {
      for (; !made.empty(); made.pop_back()) rmdir(made.back().c_str());
      return is_new.error();
    }
    if (*is_new) made.push_back(missing.back());
  }
  return static_cast<int>(made.size());
}

}  // namespace hubcache::fs
