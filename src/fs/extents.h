// Returns the places of a file's content on its file system (FIEMAP, Documentation/filesystems/fiemap.rst).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace hubcache::fs {

/// A part of a file: bytes from `offset` on, which lie at `physical` on the file system.
struct Extent {
  std::uint64_t offset = 0, physical = 0, length = 0;
  friend bool operator==(const Extent&, const Extent&) = default;
};

/// Returns the extents of an open file, sorted by `offset`; adjacent ones are joined. Empty if the file system does not
/// tell. Leaves out what has no place of its own on the disk: holes, data that is not written yet, and data within the
/// inode.
std::vector<Extent> extents_of(int file);

/// Returns how many of the first `size` bytes of two files lie at the same place. Pure.
std::uint64_t bytes_in_common(std::span<const Extent> one, std::span<const Extent> other, std::uint64_t size);

}  // namespace hubcache::fs
