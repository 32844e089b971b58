// The system calls that the stepper counts, by name.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

namespace stepper {

struct Call {
  std::uint64_t number = 0;
  std::uint64_t arguments[6] = {};
};

/// The name of a change, and the index of its path argument; -1: no path.
struct Change {
  const char* name;
  int path;
};

inline bool writes(std::uint64_t flags) { return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0; }

/// Returns false for terminals, devices, pipes and sockets: a write to them does not change the disk.
inline bool is_on_disk(pid_t process, std::uint64_t descriptor) {
  char target[16] = {};
  const std::string name = "/proc/" + std::to_string(process) + "/fd/" + std::to_string(descriptor);
  return readlink(name.c_str(), target, sizeof target - 1) > 0 && target[0] == '/' &&
         std::strncmp(target, "/dev/", 5) != 0;
}

inline std::uint64_t word_at(pid_t process, std::uint64_t address) {
  std::uint64_t word = 0;
  const iovec mine{&word, sizeof word}, theirs{reinterpret_cast<void*>(address), sizeof word};
  return process_vm_readv(process, &mine, 1, &theirs, 1, 0) == static_cast<ssize_t>(sizeof word) ? word : 0;
}

inline std::optional<Change> change_of(pid_t process, const Call& call) {
  const std::uint64_t* arguments = call.arguments;
  const auto if_on_disk = [&](const char* name) {
    return is_on_disk(process, arguments[0]) ? std::optional(Change{name, -1}) : std::nullopt;
  };
  switch (call.number) {
#ifdef SYS_open
    case SYS_open: return writes(arguments[1]) ? std::optional(Change{"open", 0}) : std::nullopt;
    case SYS_creat: return Change{"creat", 0};
    case SYS_rename: return Change{"rename", 0};
    case SYS_link: return Change{"link", 0};
    case SYS_symlink: return Change{"symlink", 1};
    case SYS_unlink: return Change{"unlink", 0};
    case SYS_mkdir: return Change{"mkdir", 0};
    case SYS_rmdir: return Change{"rmdir", 0};
    case SYS_chmod: return Change{"chmod", 0};
#endif
#ifdef SYS_renameat
    case SYS_renameat: return Change{"renameat", 1};
#endif
    case SYS_openat: return writes(arguments[2]) ? std::optional(Change{"openat", 1}) : std::nullopt;
    case SYS_openat2:  // the flags are the first member of struct open_how
      return writes(word_at(process, arguments[2])) ? std::optional(Change{"openat2", 1}) : std::nullopt;
    case SYS_renameat2: return Change{"renameat2", 1};
    case SYS_linkat: return Change{"linkat", 1};
    case SYS_symlinkat: return Change{"symlinkat", 2};
    case SYS_unlinkat: return Change{"unlinkat", 1};
    case SYS_mkdirat: return Change{"mkdirat", 1};
    case SYS_fchmodat: return Change{"fchmodat", 1};
    case SYS_utimensat: return Change{"utimensat", 1};
    case SYS_truncate: return Change{"truncate", 0};
    case SYS_flock: return Change{"flock", -1};
    case SYS_fchmod: return Change{"fchmod", -1};
    case SYS_ftruncate: return Change{"ftruncate", -1};
    case SYS_fallocate: return Change{"fallocate", -1};
    case SYS_fsync: return Change{"fsync", -1};
    case SYS_fdatasync: return Change{"fdatasync", -1};
    case SYS_copy_file_range: return Change{"copy_file_range", -1};
    case SYS_sendfile: return if_on_disk("sendfile");
    case SYS_write: return if_on_disk("write");
    case SYS_writev: return if_on_disk("writev");
    case SYS_pwrite64: return if_on_disk("pwrite64");
    case SYS_ioctl:
      if (arguments[1] == FIDEDUPERANGE) return Change{"ioctl FIDEDUPERANGE", -1};
      return arguments[1] == FICLONE ? std::optional(Change{"ioctl FICLONE", -1}) : std::nullopt;
    default: return std::nullopt;
  }
}

/// Returns the name of a call that reads a file or its status.
inline std::optional<std::string> read_of(pid_t process, const Call& call) {
  const auto if_on_disk = [&](const char* name) {
    return is_on_disk(process, call.arguments[0]) ? std::optional<std::string>(name) : std::nullopt;
  };
  switch (call.number) {
#ifdef SYS_open
    case SYS_open: return "open to read";
    case SYS_stat: return "stat";
    case SYS_lstat: return "lstat";
    case SYS_readlink: return "readlink";
    case SYS_access: return "access";
#endif
#ifdef SYS_newfstatat
    case SYS_newfstatat: return "newfstatat";
#endif
    case SYS_openat: return "openat to read";
    case SYS_openat2: return "openat2 to read";
    case SYS_statx: return "statx";
    case SYS_readlinkat: return "readlinkat";
    case SYS_faccessat: return "faccessat";
    case SYS_faccessat2: return "faccessat2";
    case SYS_getdents64: return "getdents64";
    case SYS_fstat: return if_on_disk("fstat");
    case SYS_read: return if_on_disk("read");
    case SYS_pread64: return if_on_disk("pread64");
    default: return std::nullopt;
  }
}

/// Returns the index of the argument that has the number of bytes to write; -1: the call writes none.
inline int size_argument(std::uint64_t number) {
  switch (number) {
    case SYS_write:
    case SYS_pwrite64: return 2;
    case SYS_sendfile: return 3;
    case SYS_copy_file_range: return 4;
    default: return -1;
  }
}

}  // namespace stepper
