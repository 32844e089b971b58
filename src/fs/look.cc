#include "fs/look.h"

#include <algorithm>
#include <atomic>
#include <cerrno>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/language.h"
#include "base/threads.h"
#include "fs/stamp.h"

namespace hubcache::fs {
namespace {

// In names. One look takes about a microsecond, and starting a thread about 20.
constexpr std::size_t worth_a_thread = 256, block = 64;

Look unusable(const char* why, int number = 0) { return {Look::Kind::unusable, false, number, why, 0, {}}; }

Look from(const struct stat& status) {
  if (S_ISREG(status.st_mode))
    return {Look::Kind::file, false, 0, nullptr, status.st_dev, stamp_of(status), false, status.st_uid};
  if (S_ISDIR(status.st_mode)) return {Look::Kind::folder, false, 0, nullptr, 0, {}};
  if (S_ISSOCK(status.st_mode)) return unusable(marked("a socket"));
  return unusable(S_ISFIFO(status.st_mode) ? marked("a named pipe") : marked("a device"));
}

Look follow(int folder, const char* name) {
  struct stat status;
  if (fstatat(folder, name, &status, 0) == 0) return from(status);
  if (errno == ENOENT || errno == ENOTDIR) {
    Look dangling = unusable(marked("broken symlink"));
    dangling.is_dangling = true;
    return dangling;
  }
  if (errno == ELOOP) return unusable(marked("symlink loop"));
  return unusable(marked("the symlink's target cannot be read"), errno);
}

}  // namespace

Look look_at(int folder, const char* name, unsigned char type) {
  if (type == DT_DIR) return {Look::Kind::folder, false, 0, nullptr, 0, {}};
  struct stat status;
  if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return errno == ENOENT ? Look{} : unusable(marked("it cannot be read"), errno);
  }
  if (!S_ISLNK(status.st_mode)) return from(status);
  Look look = follow(folder, name);
  look.is_symlink = true;
  return look;
}

std::vector<Look> look_at_all(int folder, const Listing& listing) {
  const std::vector<Listing::Entry>& entries = listing.entries();
  std::vector<Look> looks(entries.size());
  std::atomic<std::size_t> next = 0;
  const auto look_at_blocks = [&] {
    for (std::size_t begin = next.fetch_add(block); begin < entries.size(); begin = next.fetch_add(block)) {
      const std::size_t end = std::min(begin + block, entries.size());
      for (std::size_t i = begin; i < end; ++i) looks[i] = look_at(folder, listing.name(entries[i]), entries[i].type);
    }
  };
  Threads others;
  const std::size_t hands = std::min<std::size_t>(entries.size() / worth_a_thread, usable_cores());
  while (others.size() + 1 < hands && others.start(look_at_blocks)) continue;
  look_at_blocks();
  others.join();
  return looks;
}

}  // namespace hubcache::fs
