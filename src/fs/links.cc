#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "fs/file.h"
#include "fs/system_error.h"

namespace hubcache::fs {

Result<void> make_symlink(const path& target, const path& name) {
  if (symlink(target.c_str(), name.c_str()) == 0) return {};
  return system_error(errno, "make the symlink " + in_quotes(name.native()));
}

namespace {

Result<void> hard_link(const path& original, const path& name, int flags) {
  if (linkat(AT_FDCWD, original.c_str(), AT_FDCWD, name.c_str(), flags) == 0) return {};
  return system_error(errno, "link " + in_quotes(original.native()) + " to " + in_quotes(name.native()));
}

}  // namespace

Result<void> make_hard_link(const path& original, const path& name) {
  return hard_link(original, name, AT_SYMLINK_FOLLOW);
}

Result<void> make_hard_link_to_name(const path& original, const path& name) { return hard_link(original, name, 0); }

}  // namespace hubcache::fs
