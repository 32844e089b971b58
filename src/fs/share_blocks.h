// Lets two files with the same content share their blocks (ioctl_fideduperange(2)).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace hubcache::fs {

/// Returns true if files in this folder can share blocks: tries it with two files without names, which leave no trace.
bool can_share_in(const std::filesystem::path& folder);

struct Shared {
  std::uint64_t bytes = 0;    ///< from the beginning on
  bool is_different = false;  ///< the next bytes are not the same
  int failure = 0;            ///< errno value; 0: none
};

/// Makes `twin` use the blocks of `original` for its first `size` bytes. The kernel locks both files and compares all
/// bytes: nothing that a program can read changes, and no time of a file either. Both may be open for reading only, if
/// this user owns `twin`. Ends early if `goes_on`, which is called for each piece of 16 MiB, returns false.
Shared share_blocks(int original, int twin, std::uint64_t size, const std::function<bool(std::uint64_t done)>& goes_on);

}  // namespace hubcache::fs
