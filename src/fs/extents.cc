#include "fs/extents.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include "fs/descriptor.h"

namespace hubcache::fs {
namespace {

constexpr std::uint32_t without_place = FIEMAP_EXTENT_UNKNOWN | FIEMAP_EXTENT_DELALLOC | FIEMAP_EXTENT_NOT_ALIGNED |
                                        FIEMAP_EXTENT_DATA_INLINE | FIEMAP_EXTENT_DATA_TAIL | FIEMAP_EXTENT_UNWRITTEN;

void add(std::vector<Extent>& extents, const fiemap_extent& found) {
  if (!extents.empty()) {
    Extent& last = extents.back();
    const bool continues =
        last.offset + last.length == found.fe_logical && last.physical + last.length == found.fe_physical;
    if (continues) {
      last.length += found.fe_length;
      return;
    }
  }
  extents.push_back({found.fe_logical, found.fe_physical, found.fe_length});
}

}  // namespace

std::vector<Extent> extents_of(int file) {
  constexpr std::size_t at_once = 256;
  alignas(fiemap) std::array<unsigned char, sizeof(fiemap) + at_once * sizeof(fiemap_extent)> bytes;
  fiemap& head = *reinterpret_cast<fiemap*>(bytes.data());
  std::vector<Extent> extents;
  for (std::uint64_t start = 0;;) {
    bytes.fill(0);
    head.fm_start = start;
    head.fm_length = FIEMAP_MAX_OFFSET - start;
    head.fm_extent_count = at_once;
    if (uninterrupted([&] { return ioctl(file, FS_IOC_FIEMAP, &head); }) != 0) return {};
    for (std::size_t i = 0; i < head.fm_mapped_extents; ++i) {
      const fiemap_extent& found = head.fm_extents[i];
      if ((found.fe_flags & without_place) == 0) add(extents, found);
      start = found.fe_logical + found.fe_length;
      if ((found.fe_flags & FIEMAP_EXTENT_LAST) != 0) return extents;
    }
    if (head.fm_mapped_extents == 0) return extents;
  }
}

std::uint64_t bytes_in_common(std::span<const Extent> one, std::span<const Extent> other, std::uint64_t size) {
  std::uint64_t common = 0;
  for (std::size_t a = 0, b = 0; a < one.size() && b < other.size();) {
    const Extent &left = one[a], &right = other[b];
    const std::uint64_t begin = std::max(left.offset, right.offset);
    const std::uint64_t left_end = left.offset + left.length, right_end = right.offset + right.length;
    const std::uint64_t end = std::min({left_end, right_end, size});
    const bool is_same_place =
        begin < end && left.physical + (begin - left.offset) == right.physical + (begin - right.offset);
    if (is_same_place) common += end - begin;
    if (left_end < right_end) ++a;
    else ++b;
  }
  return common;
}

}  // namespace hubcache::fs
