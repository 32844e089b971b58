#include "fs/share_blocks.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fs/descriptor.h"

namespace hubcache::fs {
namespace {

constexpr std::uint64_t piece = 16 << 20;  // btrfs takes no more at once

/// Returns the answer for one piece: errno is 0 if the kernel has compared it.
file_dedupe_range_info share_piece(int original, int twin, std::uint64_t offset, std::uint64_t length) {
  constexpr std::size_t size = sizeof(file_dedupe_range) + sizeof(file_dedupe_range_info);
  alignas(file_dedupe_range) std::array<unsigned char, size> bytes{};
  auto* request = reinterpret_cast<file_dedupe_range*>(bytes.data());
  request->src_offset = offset;
  request->src_length = length;
  request->dest_count = 1;
  file_dedupe_range_info& answer = request->info[0];
  answer.dest_fd = twin;
  answer.dest_offset = offset;
  if (uninterrupted([&] { return ioctl(original, FIDEDUPERANGE, request); }) != 0) answer.status = -errno;
  return answer;
}

}  // namespace

Shared share_blocks(int original, int twin, std::uint64_t size,
                    const std::function<bool(std::uint64_t done)>& goes_on) {
  Shared shared;
  while (shared.bytes < size && goes_on(shared.bytes)) {
    const auto answer = share_piece(original, twin, shared.bytes, std::min(piece, size - shared.bytes));
    shared.is_different = answer.status == FILE_DEDUPE_RANGE_DIFFERS;
    if (answer.status < 0) shared.failure = -answer.status;
    if (answer.status != FILE_DEDUPE_RANGE_SAME || answer.bytes_deduped == 0) break;
    shared.bytes += answer.bytes_deduped;
  }
  return shared;
}

bool can_share_in(const std::filesystem::path& folder) {
  constexpr std::size_t block = 64 * 1024;  // the largest block of a file system
  constexpr std::array<char, block> zeros{};
  const auto make = [&] {
    Descriptor file(uninterrupted([&] { return open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); }));
    return file && write_whole(file.get(), {zeros.data(), zeros.size()}) ? std::move(file) : Descriptor();
  };
  const Descriptor one = make(), other = make();
  if (!one || !other) return false;
  return share_blocks(one.get(), other.get(), block, [](std::uint64_t) { return true; }).bytes == block;
}

}  // namespace hubcache::fs
