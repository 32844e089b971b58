#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/language.h"
#include "base/system_call.h"
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
  status.owner = data.stx_uid;
  return status;
}

/// Returns false with errno if the entry cannot be examined.
bool look(const Root::Entry& entry, int flags, Status& status) {
  if (entry.folder == -1) return false;
  struct statx data;
  std::memset(&data, 0, sizeof data);
  if (system_call::statx(entry.folder, entry.name.c_str(), flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS | STATX_MNT_ID,
                         &data) == 0) {
    status = from(data);
    return true;
  }
  // The system call filters of some containers refuse statx with one of these errors.
  if (errno != ENOSYS && errno != EPERM) return false;
  struct stat plain;
  if (fstatat(entry.folder, entry.name.c_str(), &plain, flags | AT_NO_AUTOMOUNT) != 0) return false;
  status = status_from(plain);
  return true;
}

bool is_missing(int number) { return number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG; }

Error cannot_look(const path& name, int number) {
  return system_error(number, say("access {}", in_quotes(name.native())));
}

}  // namespace

Result<Status> status_of(const Name& name) {
  Status status;
  const Root::Entry entry = name.entry();
  if (look(entry, AT_SYMLINK_NOFOLLOW, status)) return status;
  const bool is_behind_link = entry.folder == -1 && errno == ELOOP;
  if (is_missing(errno) || is_behind_link) return Status{};
  return cannot_look(name.path(), errno);
}

Result<Status> status_of_target(const path& name) {
  Status status;
  if (look({AT_FDCWD, name.native()}, 0, status)) return status;
  if (is_missing(errno) || errno == ELOOP) return Status{};
  return cannot_look(name, errno);
}

Result<Existing> nearest_existing(const path& folder) {
  path at = folder.empty() ? path(".") : folder;
  for (;;) {
    const Status status = TRY(status_of_target(at));
    path parent = at.parent_path();
    if (status.kind != Kind::missing || parent == at) return Existing{std::move(at), status};
    at = parent.empty() ? path(".") : std::move(parent);
  }
}

Result<bool> same_file_system(const path& one, const path& other) {
  const Status a = TRY(nearest_existing(one)).status;
  const Status b = TRY(nearest_existing(other)).status;
  if (a.device != b.device) return false;
  return a.mount == 0 || b.mount == 0 || a.mount == b.mount;
}

}  // namespace hubcache::fs
