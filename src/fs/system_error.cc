#include "fs/system_error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "base/language.h"

namespace hubcache::fs {
namespace {

struct Advice {
  int number;
  const char* next_step;
};

constexpr std::array advices = {
    Advice{ENOSPC, marked("free some space on that file system, then run the command again")},
    Advice{EDQUOT, marked("free some space within your quota, then run the command again")},
    Advice{EROFS, marked("mount the file system writable, or choose another folder")},
    Advice{EACCES,
           marked("check the permissions of the file and of its parent folders, or run the command as their owner")},
    Advice{
        EPERM,
        marked("check who owns the file and its folder, or run the command as that user; some file systems never allow "
               "this operation")},
    Advice{EXDEV, marked("choose a folder on the same file system (in a container: in the same layer)")},
    Advice{EEXIST, marked("move the existing file of that name away, then run the command again")},
    Advice{EISDIR, marked("move the existing folder of that name away, then run the command again")},
    Advice{ENOENT, marked("check the spelling of the path, and that it still exists")},
    Advice{ENOTDIR, marked("check the path: one part of it is a file, not a folder")},
    Advice{ELOOP, marked("check the path: a symlink leads to itself or is not allowed there")},
    Advice{ENAMETOOLONG, marked("use shorter names, or a folder that is less deep")},
    Advice{EMFILE, marked("raise the limit of open files (ulimit -n), then run the command again")},
    Advice{ENFILE, marked("close other programs, which have too many files open, then run the command again")},
    Advice{EMLINK, marked("use a copy: the file has as many hard links as its file system allows")},
    Advice{EOPNOTSUPP, marked("choose a folder on another file system, or another kind of link")},
    Advice{EIO, marked("check the system log (dmesg) for disk faults before you continue")},
    Advice{EBUSY, marked("end the program or unmount the file system that uses it")},
};

}  // namespace

std::string reason(int number) { return std::generic_category().message(number); }

Error system_error(int number, std::string_view what) {
  Error error{ErrorCode::failed, say("cannot {}: {}", what, reason(number)), ""};
  error.number = number;
  for (const Advice& advice : advices) {
    if (advice.number == number) error.hint = translated(advice.next_step);
  }
  return error;
}

bool is_unsupported(int number) { return number == EINVAL || number == ENOSYS || number == EOPNOTSUPP; }

bool is_link_refused(int number) {
  constexpr int not_supported_by_nfs = 524;  // the kernel's ENOTSUPP, which has no name in user space
  constexpr std::array refusals = {EPERM, EACCES, EMLINK, EXDEV, ENOTTY, ETXTBSY, not_supported_by_nfs};
  return is_unsupported(number) || std::ranges::find(refusals, number) != refusals.end();
}

}  // namespace hubcache::fs
