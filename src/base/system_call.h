// System calls that glibc has only since 2.25 (getrandom), 2.27 (copy_file_range, memfd_create), 2.28 (statx,
// renameat2), 2.30 (getdents64) and 2.36 (pidfd_open). They are called by number, so that the command of the wheels
// runs with glibc 2.17 (manylinux2014). An older kernel answers ENOSYS, as glibc's functions do.
#pragma once

#include <cstddef>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

namespace hubcache::system_call {

inline ssize_t getrandom(void* bytes, std::size_t size, unsigned flags) {
  return syscall(SYS_getrandom, bytes, size, flags);
}

inline ssize_t copy_file_range(int from, off64_t* in, int to, off64_t* out, std::size_t size, unsigned flags) {
  return syscall(SYS_copy_file_range, from, in, to, out, size, flags);
}

inline int statx(int folder, const char* name, int flags, unsigned mask, struct ::statx* data) {
  return static_cast<int>(syscall(SYS_statx, folder, name, flags, mask, data));
}

inline int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  return static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, flags));
}

inline ssize_t getdents64(int folder, void* entries, std::size_t size) {
  return syscall(SYS_getdents64, folder, entries, size);
}

inline int memfd_create(const char* name, unsigned flags) {
  return static_cast<int>(syscall(SYS_memfd_create, name, flags));
}

inline int pidfd_open(pid_t process, unsigned flags) {
  return static_cast<int>(syscall(SYS_pidfd_open, process, flags));
}

}  // namespace hubcache::system_call
