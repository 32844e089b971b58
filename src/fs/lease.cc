#include "fs/lease.h"

#include <cerrno>
#include <csignal>

#include <fcntl.h>

namespace hubcache::fs {

Lease::Lease(int file) : file_(file) {
  // The kernel sends SIGIO, which would end the process, if a program opens the file for writing. SIGURG is ignored.
  if (fcntl(file, F_SETSIG, SIGURG) != 0) return;
  if (fcntl(file, F_SETLEASE, F_RDLCK) == 0) outcome_ = Outcome::held;
  else if (errno == EAGAIN) outcome_ = Outcome::refused;
}

Lease::~Lease() {
  if (outcome_ == Outcome::held) fcntl(file_, F_SETLEASE, F_UNLCK);
}

bool Lease::is_unbroken() const { return outcome_ == Outcome::held && fcntl(file_, F_GETLEASE) == F_RDLCK; }

}  // namespace hubcache::fs
