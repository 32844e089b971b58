#include "fs/system_error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

namespace hubcache::fs {
namespace {

struct Advice {
  int number;
  const char* next_step;
};

constexpr std::array advices = {
    Advice{ENOSPC, "free some space on that file system, then run it again"},
    Advice{EDQUOT, "free some space within your quota, then run it again"},
    Advice{EROFS, "the file system is read-only: mount it writable, or choose another folder"},
    Advice{EACCES, "check the permissions of the file and of the folders above it, or run it as their owner"},
    Advice{EPERM, "check who owns the file and its folder, or run it as that user; some file systems never allow this"},
    Advice{EXDEV,
           "the two lie on different file systems, or in different layers of a container's: choose a folder on the "
           "same one"},
    Advice{EEXIST, "something of that name is in the way: move it elsewhere, then run it again"},
    Advice{EISDIR, "a folder of that name is in the way: move it elsewhere, then run it again"},
    Advice{ENOENT, "check that the path is spelled right and was not removed meanwhile"},
    Advice{ENOTDIR, "a part of the path is a file, not a folder: check the path"},
    Advice{ELOOP, "a symlink leads to itself or is not expected there: check the path"},
    Advice{ENAMETOOLONG, "shorten the names on the way, or use a folder that is less deep"},
    Advice{EMFILE, "raise the limit of open files (ulimit -n), then run it again"},
    Advice{ENFILE, "the system has too many open files: close other programs, then run it again"},
    Advice{EMLINK, "the file has as many hard links as its file system allows: let it be copied instead"},
    Advice{EOPNOTSUPP, "this file system cannot do that: choose a folder on another one, or another kind of link"},
    Advice{EIO, "the disk reports a fault: check the system's log (dmesg) before you go on"},
    Advice{EBUSY, "another program or a mount holds it: end that first"},
};

}  // namespace

std::string reason(int number) { return std::generic_category().message(number); }

Error system_error(int number, std::string_view what) {
  Error error{ErrorCode::failed, "cannot " + std::string(what) + ": " + reason(number), ""};
  error.number = number;
  for (const Advice& advice : advices) {
    if (advice.number == number) error.hint = advice.next_step;
  }
  return error;
}

bool is_unsupported(int number) { return number == EINVAL || number == ENOSYS || number == EOPNOTSUPP; }

bool is_link_refused(int number) {
  constexpr int not_supported_by_nfs = 524;  // ENOTSUPP of the kernel, which has no name in user space
  constexpr std::array refusals = {EPERM, EACCES, EMLINK, EXDEV, ENOTTY, ETXTBSY, not_supported_by_nfs};
  return is_unsupported(number) || std::ranges::find(refusals, number) != refusals.end();
}

}  // namespace hubcache::fs
