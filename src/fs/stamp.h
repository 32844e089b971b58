// Converts the system's stat to the project's types.
#pragma once

#include <cstdint>

#include <sys/stat.h>

#include "fs/file.h"
#include "repo/local_tree.h"

namespace hubcache::fs {

/// Returns nanoseconds since 1970. Wraps around for impossible times (a file system may store any number).
inline std::int64_t nanoseconds(std::int64_t seconds, std::uint32_t fraction) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(seconds) * 1'000'000'000u + fraction);
}

inline Kind kind_of(std::uint32_t mode) {
  if (S_ISREG(mode)) return Kind::file;
  if (S_ISDIR(mode)) return Kind::folder;
  return S_ISLNK(mode) ? Kind::symlink : Kind::other;
}

inline FileStamp stamp_of(const struct stat& data) {
  return {data.st_ino, static_cast<std::uint64_t>(data.st_size),
          nanoseconds(data.st_mtim.tv_sec, static_cast<std::uint32_t>(data.st_mtim.tv_nsec)),
          nanoseconds(data.st_ctim.tv_sec, static_cast<std::uint32_t>(data.st_ctim.tv_nsec))};
}

inline Status status_from(const struct stat& data) {
  Status status;
  status.kind = kind_of(data.st_mode);
  status.stamp = stamp_of(data);
  status.device = data.st_dev;
  status.links = static_cast<std::uint32_t>(data.st_nlink);
  status.owner = data.st_uid;
  return status;
}

}  // namespace hubcache::fs
