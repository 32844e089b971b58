#include "fs/beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include "base/try.h"
#include "fs/file.h"

namespace hubcache::fs {
namespace {

/// Where the kernel has no openat2, or a container's filter keeps it away: looked at part by part, then opened, and
/// what was opened must be what was looked at.
Descriptor open_step_by_step(const path& root, std::string_view relative) {
  const auto expected = status_beneath(root, relative);
  if (!expected || expected->kind != Kind::file) return errno = ELOOP, Descriptor();
  Descriptor file(uninterrupted([&] { return open((root / relative).c_str(), source_flags | O_NOFOLLOW); }));
  struct stat status;
  const bool is_same = file && fstat(file.get(), &status) == 0 && status.st_ino == expected->stamp.inode;
  if (!is_same) return errno = ELOOP, Descriptor();
  return file;
}

}  // namespace

Result<Source> open_beneath(const path& root, std::string_view relative) {
  const path name = root / relative;
  const Descriptor folder(uninterrupted([&] { return open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC); }));
  if (!folder) return check_source({}, name);
  open_how how{};
  how.flags = source_flags;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const std::string inside(relative);
  Descriptor file(static_cast<int>(
      uninterrupted([&] { return syscall(SYS_openat2, folder.get(), inside.c_str(), &how, sizeof how); })));
  if (!file && (errno == ENOSYS || errno == EPERM)) file = open_step_by_step(root, relative);
  return check_source(std::move(file), name);
}

Result<Status> status_beneath(const path& root, std::string_view relative) {
  path folder = root;
  for (std::size_t start = 0;;) {
    if (TRY(status_of(folder)).kind != Kind::folder) return Status{};
    const auto slash = relative.find('/', start);
    if (slash == relative.npos) return status_of(root / relative);
    folder = root / relative.substr(0, slash);
    start = slash + 1;
  }
}

}  // namespace hubcache::fs
