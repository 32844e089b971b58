#include "fs/copy.h"

#include <algorithm>
#include <cerrno>
#include <memory>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cancel.h"
#include "base/language.h"
#include "base/system_call.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/finish_copy.h"
#include "fs/new_file.h"
#include "fs/source.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

// On failure, the functions that return a bool leave the reason in errno: ECANCELED if the caller has cancelled.

enum class Stop { never, if_cancelled };

bool has_to_stop(Stop stop) {
  if (stop == Stop::never || !is_cancelled()) return false;
  errno = ECANCELED;
  return true;
}

struct Range {
  off_t begin = 0;
  off_t end = 0;
};

/// Returns the next data range of `file` at or after `at`; empty at the end. If the file system cannot report holes,
/// returns the rest of the file.
Range next_data(int file, off_t at, off_t size) {
  const off_t begin = lseek(file, at, SEEK_DATA);
  if (begin < 0) return errno == ENXIO ? Range{size, size} : Range{at, size};
  const off_t end = lseek(file, begin, SEEK_HOLE);
  // If a program has just made a hole at `begin`, takes the rest of the file: copying a hole is harmless.
  return {std::min(begin, size), end <= begin ? size : std::min(end, size)};
}

bool write_at(int file, const char* bytes, std::size_t count, off_t at) {
  while (count > 0) {
    const ssize_t written = uninterrupted([&] { return pwrite(file, bytes, count, at); });
    if (written < 0) return false;
    bytes += written;
    at += written;
    count -= static_cast<std::size_t>(written);
  }
  return true;
}

bool copy_by_hand(int from, int to, Range range, Stop stop) {
  constexpr off_t chunk = 256 * 1024;
  const auto buffer = std::make_unique<char[]>(chunk);
  while (range.begin < range.end) {
    if (has_to_stop(stop)) return false;
    const auto wanted = static_cast<std::size_t>(std::min(chunk, range.end - range.begin));
    const ssize_t count = uninterrupted([&] { return pread(from, buffer.get(), wanted, range.begin); });
    if (count == 0) return true;  // the file shrank: finish_copy() detects it
    if (count < 0 || !write_at(to, buffer.get(), static_cast<std::size_t>(count), range.begin)) return false;
    range.begin += count;
  }
  return true;
}

/// Copies in the kernel as far as possible. If the kernel refuses, copy_by_hand() copies the rest or sets errno.
bool copy_range(int from, int to, Range range, Stop stop) {
  const off_t chunk = (stop == Stop::never ? off_t{64} : off_t{8}) * 1024 * 1024;
  while (range.begin < range.end) {
    if (has_to_stop(stop)) return false;
    off_t in = range.begin, out = range.begin;
    const auto wanted = static_cast<std::size_t>(std::min(chunk, range.end - range.begin));
    const ssize_t count = uninterrupted([&] { return system_call::copy_file_range(from, &in, to, &out, wanted, 0); });
    if (count <= 0) return copy_by_hand(from, to, range, stop);
    range.begin += count;
  }
  return true;
}

bool copy_content(const Source& source, int to, Stop stop) {
  const off_t size = source.status.st_size;
  for (off_t at = 0; at < size;) {
    const Range range = next_data(source.file.get(), at, size);
    if (!copy_range(source.file.get(), to, range, stop)) return false;
    at = range.end;
  }
  // Sets the size last, so that an interrupted copy differs in size from a complete one.
  return ftruncate(to, size) == 0;
}

Result<void> copy_source(const Source& source, const Name& original, const Name& name, Stop stop) {
  NewFile copy = TRY(NewFile::create(name, source.status.st_mode & 0777));
  if (!copy_content(source, copy.descriptor(), stop)) {
    if (stop == Stop::if_cancelled) TRY(check_not_cancelled());
    return system_error(errno,
                        say("copy {} to {}", in_quotes(original.path().native()), in_quotes(name.path().native())));
  }
  return finish_copy(source, original, copy);
}

}  // namespace

Result<void> make_copy(const Name& original, const Name& name) {
  return make_copy_of(TRY(open_source(original)), original, name);
}

Result<void> make_copy_of(const Source& source, const Name& original, const Name& name) {
  return copy_source(source, original, name, Stop::never);
}

Result<void> make_copy_unless_cancelled(const Name& original, const Name& name) {
  return copy_source(TRY(open_source(original)), original, name, Stop::if_cancelled);
}

}  // namespace hubcache::fs
