// A regular file that is open for reading.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>

#include <hubcache/result.h>

#include "fs/descriptor.h"
#include "fs/root.h"

namespace hubcache::fs {

struct Source {
  Descriptor file;
  struct stat status;  ///< at the time of opening
};

constexpr int source_flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

/// Follows symlinks of a plain path, and none below a Root. Anything but a regular file is an Error. Never blocks on a
/// FIFO.
Result<Source> open_source(const Name& name);
/// Like open_source(), for a file that was opened with source_flags, or that could not be opened (errno has the
/// reason).
Result<Source> check_source(Descriptor file, const std::filesystem::path& name);
/// Works like make_copy() (fs/file.h) for an open file; `original` is its name for messages, which may no longer exist.
Result<void> make_copy_of(const Source& source, const Name& original, const Name& name);

/// Returns true if both files have the same content from beginning to end; false if one cannot be read, or if
/// `goes_on`, which is called for each 64 KiB, returns false.
bool have_same_bytes(const Source& one, const Source& other, const std::function<bool()>& goes_on = {});

/// Reads everything from the descriptor's position on; an Error above `limit` bytes.
Result<std::string> read_source(const Source& source, const std::filesystem::path& name, std::uint64_t limit);
/// Reads the text before the first line end, with the same limit.
Result<std::string> read_first_line(const Source& source, const std::filesystem::path& name, std::uint64_t limit);

}  // namespace hubcache::fs
