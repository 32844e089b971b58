// A regular file that is open for reading.
#pragma once

#include <filesystem>

#include <hubcache/result.h>
#include <sys/stat.h>

#include "fs/descriptor.h"

namespace hubcache::fs {

struct Source {
  Descriptor file;
  struct stat status;  ///< as it was when it was opened
};

/// Follows symlinks; anything but a regular file is an Error, and never blocks (a FIFO).
Result<Source> open_source(const std::filesystem::path& name);

}  // namespace hubcache::fs
