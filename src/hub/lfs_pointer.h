// Git LFS pointers: the text that git stores in place of an LFS file
// (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "repo/remote_tree.h"

namespace hubcache::hub {

/// Whether a git blob of that size may be a pointer. A pointer has 125 bytes and the digits of the real size; the range
/// leaves a margin.
constexpr bool may_be_lfs_pointer(std::uint64_t size) { return size >= 120 && size <= 140; }

/// Whether the size of the file's real content is known: a listing, unlike `contents`, does not show whether a file is
/// a pointer.
inline bool is_size_known(const RemoteTree& tree, const RemoteFile& file) {
  return file.has_size && (tree.from_contents || file.lfs_size || !may_be_lfs_pointer(file.size));
}

/// Returns the real size from the text of a pointer; nullopt if the text is not a pointer.
std::optional<std::uint64_t> lfs_size_in(std::string_view text);

/// Does the same for base64 text, as `contents` embeds it. Returns nullopt for text that is too long for a pointer.
std::optional<std::uint64_t> lfs_size_in_base64(std::string_view base64);

}  // namespace hubcache::hub
