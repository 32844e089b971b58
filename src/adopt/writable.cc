#include "adopt/writable.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "fs/file.h"
#include "fs/nearest.h"

namespace hubcache::adoption {
namespace {

using std::filesystem::path;

bool may(const path& name, int access) { return faccessat(AT_FDCWD, name.c_str(), access, AT_EACCESS) == 0; }

/// open(…, 'w'): an existing file, or a new one in a folder that may have to be made first.
bool may_write_file(const path& file) {
  const auto status = fs::status_of_target(file);
  if (!status) return false;
  if (status->kind != fs::Kind::missing) return may(file, W_OK);
  const auto folder = fs::nearest_existing(file.parent_path());
  return folder && may(*folder, W_OK | X_OK);
}

/// os.makedirs(…, exist_ok=True)
bool may_have_folder(const path& folder) {
  const auto status = fs::status_of_target(folder);
  if (!status) return false;
  if (status->kind == fs::Kind::folder) return true;
  const auto above = fs::nearest_existing(folder.parent_path());
  return above && may(*above, W_OK | X_OK);
}

}  // namespace

std::string unwritable_note(const target::Target& target, const target::Place& place) {
  for (const target::Written& written : target.written_at_each_run(place)) {
    const bool may_be = written.is_folder ? may_have_folder(written.name) : may_write_file(written.name);
    if (!may_be)
      return "the client writes " + in_quotes(written.name.native()) +
             " at every run, and this user may not: it raises PermissionError or OSError; make the file writable, or "
             "set up a cache of your own";
  }
  return "";
}

}  // namespace hubcache::adoption
