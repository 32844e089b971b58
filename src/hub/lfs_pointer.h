// The text that stands in git for a file of Git LFS (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "repo/remote_tree.h"

namespace hubcache::hub {

/// Whether a git blob of that size may be a pointer: 125 bytes and the digits of the real size, and some room.
constexpr bool may_be_lfs_pointer(std::uint64_t size) { return size >= 120 && size <= 140; }

/// Whether the size that is told of a file is its content's: `contents` tells a pointer, a listing does not.
inline bool is_size_known(const RemoteTree& tree, const RemoteFile& file) {
  return tree.from_contents || file.lfs_size || !may_be_lfs_pointer(file.size);
}

/// The real size that a pointer text names; nullopt where the text is no pointer.
std::optional<std::uint64_t> lfs_size_in(std::string_view text);

/// The same for a text in base64, as `contents` embeds it. Long ones are not looked at.
std::optional<std::uint64_t> lfs_size_in_base64(std::string_view base64);

}  // namespace hubcache::hub
