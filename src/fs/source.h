// A regular file that is open for reading.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>

#include <hubcache/result.h>

#include "fs/descriptor.h"
#include "fs/root.h"

namespace hubcache::fs {

struct Source {
  Descriptor file;
  struct stat status;  ///< as it was when it was opened
};

constexpr int source_flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

/// Follows symlinks of a plain path, and none below a Root. Anything but a regular file is an Error; it never blocks (a
/// FIFO).
Result<Source> open_source(const Name& name);
/// The same for what was opened with these flags, or could not be (errno says why).
Result<Source> check_source(Descriptor file, const std::filesystem::path& name);
/// make_copy() (fs/file.h) of a file that is open; `original` is its name for messages, which may be gone.
Result<void> make_copy_of(const Source& source, const Name& original, const Name& name);

/// Whether both hold the same bytes, from their beginning to their end. False where one cannot be read.
bool have_same_bytes(const Source& one, const Source& other);

/// All of it, from where the descriptor is; an Error above `limit` bytes.
Result<std::string> read_source(const Source& source, const std::filesystem::path& name, std::uint64_t limit);
/// Only what stands before its first line end, likewise.
Result<std::string> read_first_line(const Source& source, const std::filesystem::path& name, std::uint64_t limit);

}  // namespace hubcache::fs
