#include "fs/lock.h"

#include <cerrno>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/descriptor.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

Error cannot_lock(const std::filesystem::path& file, int number) {
  return system_error(number, say("lock {}", in_quotes(file.native())));
}

Error held(const std::filesystem::path& file) {
  return {ErrorCode::conflict, say("another hubcache process holds the lock {}", in_quotes(file.native())),
          say("wait until that process has ended, then run the command again")};
}

constexpr mode_t permissions = 0777, for_group = 0060, for_all = 0006;

/// Lets the users who may write to `folder`, and no others, open the file, if this user owns it.
void set_mode(int descriptor, const std::filesystem::path& folder) {
  struct stat status, shared;
  if (fstat(descriptor, &status) != 0 || status.st_uid != geteuid() || stat(folder.c_str(), &shared) != 0) return;
  const bool is_for_group = (shared.st_mode & S_IWGRP) != 0;
  const bool has_group = status.st_gid == shared.st_gid || (is_for_group && fchown(descriptor, -1, shared.st_gid) == 0);
  mode_t wanted = 0600;
  if (is_for_group && has_group) wanted |= for_group;
  if ((shared.st_mode & S_IWOTH) != 0) wanted |= for_all;
  // A file system without modes cannot restrict access; the failure is ignored.
  if ((status.st_mode & permissions) != wanted) static_cast<void>(fchmod(descriptor, wanted));
}

Result<Descriptor> open_lock(const std::filesystem::path& file) {
  constexpr int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  Descriptor opened(uninterrupted([&] { return open(file.c_str(), flags, 0600); }));
  // Another user's file, as earlier versions made it, can be opened for reading only.
  if (!opened && errno == EACCES)
    opened = Descriptor(uninterrupted([&] { return open(file.c_str(), flags & ~(O_RDWR | O_CREAT)); }));
  struct stat status;
  if (!opened || fstat(opened.get(), &status) != 0) return cannot_lock(file, errno);
  if (S_ISREG(status.st_mode)) return opened;
  return Error{ErrorCode::failed, say("cannot lock {}: it is not a regular file", in_quotes(file.native())),
               say("remove it, then run the command again")};
}

/// Returns false if the last holder removed the file after this process opened it: a lock on it would exclude nobody.
bool is_still_there(int descriptor, const std::filesystem::path& file) {
  struct stat mine, there;
  return fstat(descriptor, &mine) == 0 && lstat(file.c_str(), &there) == 0 && mine.st_dev == there.st_dev &&
         mine.st_ino == there.st_ino;
}

}  // namespace

Result<Lock> Lock::acquire(const std::filesystem::path& file) { return acquire_for(file.parent_path(), file); }

Result<Lock> Lock::acquire_for(const std::filesystem::path& folder, const std::filesystem::path& file) {
  constexpr int attempts = 100;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    Descriptor opened = TRY(open_lock(file));
    if (uninterrupted([&] { return flock(opened.get(), LOCK_EX | LOCK_NB); }) != 0) {
      return errno == EWOULDBLOCK ? held(file) : cannot_lock(file, errno);
    }
    if (!is_still_there(opened.get(), file)) continue;
    set_mode(opened.get(), folder);
    return Lock(opened.release(), file);
  }
  return held(file);
}

Result<Lock> Lock::acquire(const std::filesystem::path& file, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto lock = acquire(file);
    if (lock || lock.error().code != ErrorCode::conflict || std::chrono::steady_clock::now() >= end) return lock;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

Lock::Lock(int descriptor, std::filesystem::path file) : descriptor_(descriptor), file_(std::move(file)) {}

Lock::Lock(Lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), file_(std::move(other.file_)) {}

Lock& Lock::operator=(Lock&& other) noexcept {
  const Lock released(std::move(*this));
  std::swap(descriptor_, other.descriptor_);
  std::swap(file_, other.file_);
  return *this;
}

Lock::~Lock() {
  if (descriptor_ < 0) return;
  static_cast<void>(flock(descriptor_, LOCK_UN));  // a fork of this process may have the file open, too
  close(descriptor_);
}

Result<void> Lock::remove_file() {
  if (!is_still_there(descriptor_, file_) || unlink(file_.c_str()) == 0 || errno == ENOENT) return {};
  return system_error(errno, say("remove the lock {}", in_quotes(file_.native())));
}

bool is_locked(const Name& file) {
  const Root::Entry entry = file.entry();
  constexpr int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  const Descriptor opened(openat(entry.folder, entry.name.c_str(), flags));
  return opened && flock(opened.get(), LOCK_SH | LOCK_NB) != 0;
}

std::optional<Descriptor> take_client_lock(const Name& file) {
  const Root::Entry entry = file.entry();
  constexpr int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  Descriptor opened(openat(entry.folder, entry.name.c_str(), flags, 0666));
  if (!opened || flock(opened.get(), LOCK_EX | LOCK_NB) != 0) return std::nullopt;
  return opened;
}

}  // namespace hubcache::fs
