#include "fs/hard_link_rights.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fs/file.h"

namespace hubcache::fs {
namespace {

/// Checks the capability part of inode_owner_or_capable(), which may_linkat() calls (Linux, fs/namei.c).
bool has_owner_capability() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capget, &header, data) != 0) return false;
  return (data[CAP_TO_INDEX(CAP_FOWNER)].effective & CAP_TO_MASK(CAP_FOWNER)) != 0;
}

bool are_hard_links_protected() {
  const auto setting = read_file(path("/proc/sys/fs/protected_hardlinks"), 16);
  return !setting || !setting->starts_with('0');
}

}  // namespace

HardLinkRights::HardLinkRights()
    : user_(geteuid()), is_restricted_(are_hard_links_protected() && !has_owner_capability()) {}

bool HardLinkRights::may_link(const std::filesystem::path& file, std::uint32_t owner) const {
  if (!is_restricted_ || owner == user_) return true;
  return faccessat(AT_FDCWD, file.c_str(), R_OK | W_OK, AT_EACCESS) == 0;
}

}  // namespace hubcache::fs
