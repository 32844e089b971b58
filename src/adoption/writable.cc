#include "adoption/writable.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/language.h"
#include "base/text.h"
#include "fs/file.h"
#include "fs/nearest.h"

namespace hubcache::adoption {
namespace {

using std::filesystem::path;

bool may(const path& name, int access) { return faccessat(AT_FDCWD, name.c_str(), access, AT_EACCESS) == 0; }

/// Checks for open(…, 'w'): an existing file, or a new one in a folder that may have to be created first.
bool may_write_file(const path& file) {
  const auto status = fs::status_of_target(file);
  if (!status) return false;
  if (status->kind != fs::Kind::missing) return may(file, W_OK);
  const auto folder = fs::nearest_existing(file.parent_path());
  return folder && may(folder->folder, W_OK | X_OK);
}

/// Checks for os.makedirs(…, exist_ok=True).
bool may_have_folder(const path& folder) {
  const auto status = fs::status_of_target(folder);
  if (!status) return false;
  if (status->kind == fs::Kind::folder) return true;
  const auto above = fs::nearest_existing(folder.parent_path());
  return above && may(above->folder, W_OK | X_OK);
}

/// Checks that a name in the folder may be removed and created again.
bool may_change_folder(const path& folder) {
  const auto existing = fs::nearest_existing(folder);
  return existing && may(existing->folder, W_OK | X_OK);
}

bool may_be_written(const hub::Written& written) {
  switch (written.what) {
    case hub::Written::What::file: return may_write_file(written.name);
    case hub::Written::What::folder: return may_have_folder(written.name);
    case hub::Written::What::name_in_folder: return may_change_folder(written.name);
  }
  return true;
}

}  // namespace

Unwritable find_unwritable(const hub::Target& target, const hub::Place& place) {
  for (const hub::Written& written : target.rules.written_at_each_run(place)) {
    if (may_be_written(written)) continue;
    const std::string client(written.by.empty() ? say("the client") : written.by);
    return {say("{} writes {} at every run, but this user may not write there, so the client raises an exception; make "
                "the file writable, or set up a cache folder of your own",
                client, in_quotes(written.name.native())),
            written.by.empty()};
  }
  return {};
}

}  // namespace hubcache::adoption
