// A regular file that is open for reading.
#pragma once

#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>

#include <hubcache/result.h>

#include "fs/descriptor.h"

namespace hubcache::fs {

struct Source {
  Descriptor file;
  struct stat status;  ///< as it was when it was opened
};

constexpr int source_flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

/// Follows symlinks; anything but a regular file is an Error, and never blocks (a FIFO).
Result<Source> open_source(const std::filesystem::path& name);
/// The same for what was opened with these flags, or could not be (errno says why).
Result<Source> check_source(Descriptor file, const std::filesystem::path& name);

}  // namespace hubcache::fs
