#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/nearest.h"
#include "fs/stamp.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

std::int64_t nanoseconds(const struct statx_timestamp& time) { return fs::nanoseconds(time.tv_sec, time.tv_nsec); }

Status from(const struct statx& data) {
  Status status;
  status.kind = kind_of(data.stx_mode);
  status.stamp = {data.stx_ino, data.stx_size, nanoseconds(data.stx_mtime), nanoseconds(data.stx_ctime)};
  status.device = makedev(data.stx_dev_major, data.stx_dev_minor);
  status.mount = (data.stx_mask & STATX_MNT_ID) != 0 ? data.stx_mnt_id : 0;
  status.links = data.stx_nlink;
  status.mode = data.stx_mode;
  status.owner = data.stx_uid;
  return status;
}

Status from(const struct stat& data) {
  Status status;
  status.kind = kind_of(data.st_mode);
  status.stamp = stamp_of(data);
  status.device = data.st_dev;
  status.links = static_cast<std::uint32_t>(data.st_nlink);
  status.mode = data.st_mode;
  status.owner = data.st_uid;
  return status;
}

bool is_missing(int number, int flags) {
  const bool follows = (flags & AT_SYMLINK_NOFOLLOW) == 0;
  return number == ENOENT || number == ENOTDIR || (follows && number == ELOOP);
}

Result<Status> look(const path& name, int flags) {
  struct statx data;
  std::memset(&data, 0, sizeof data);
  if (statx(AT_FDCWD, name.c_str(), flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS | STATX_MNT_ID, &data) == 0) {
    return from(data);
  }
  // Some containers' system call filters refuse statx with either of these.
  if (errno == ENOSYS || errno == EPERM) {
    struct stat plain;
    if (fstatat(AT_FDCWD, name.c_str(), &plain, flags | AT_NO_AUTOMOUNT) == 0) return from(plain);
  }
  if (is_missing(errno, flags)) return Status{};
  return system_error(errno, "look at " + in_quotes(name.native()));
}

}  // namespace

Result<Status> status_of(const path& name) { return look(name, AT_SYMLINK_NOFOLLOW); }

Result<Status> status_of_target(const path& name) { return look(name, 0); }

Result<path> nearest_existing(const path& folder) {
  path at = folder.empty() ? path(".") : folder;
  while (TRY(status_of_target(at)).kind == Kind::missing) {
    path parent = at.parent_path();
    if (parent == at) break;
    at = parent.empty() ? path(".") : std::move(parent);
  }
  return at;
}

Result<bool> same_file_system(const path& one, const path& other) {
  const Status a = TRY(status_of_target(TRY(nearest_existing(one))));
  const Status b = TRY(status_of_target(TRY(nearest_existing(other))));
  if (a.device != b.device) return false;
  return a.mount == 0 || b.mount == 0 || a.mount == b.mount;
}

}  // namespace hubcache::fs
