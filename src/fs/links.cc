#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "base/language.h"
#include "base/text.h"
#include "fs/file.h"
#include "fs/new_file.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

Result<void> hard_link(const Name& original, const Name& name, int flags) {
  const Root::Entry from = original.entry(), to = name.entry();
  const bool is_open = from.folder != -1 && to.folder != -1;
  if (is_open && linkat(from.folder, from.name.c_str(), to.folder, to.name.c_str(), flags) == 0) return {};
  return system_error(errno,
                      say("link {} to {}", in_quotes(original.path().native()), in_quotes(name.path().native())));
}

}  // namespace

Result<void> make_symlink(const path& target, const Name& name) {
  const Root::Entry entry = name.entry();
  if (entry.folder != -1 && symlinkat(target.c_str(), entry.folder, entry.name.c_str()) == 0) return {};
  return system_error(errno, say("make the symlink {}", in_quotes(name.path().native())));
}

bool can_symlink(const path& folder) {
  path name;
  {
    const auto reserved = NewFile::create_temporary(folder);
    if (!reserved) return false;
    name = reserved->name().path();
  }
  return make_symlink("nowhere", name) && remove_file(name);
}

Result<void> make_hard_link(const path& original, const Name& name) {
  return hard_link(original, name, AT_SYMLINK_FOLLOW);
}

Result<void> make_hard_link_to_name(const Name& original, const Name& name) { return hard_link(original, name, 0); }

}  // namespace hubcache::fs
