// Ways to put a file of the user's folder into a client's place.
#pragma once

#include <string_view>

#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

enum class LinkKind {
  symlink,
  hardlink,
  reflink,  ///< shares the blocks until one of the files is written to (btrfs, xfs)
  copy,
  in_place,  ///< the user's folder is the place: nothing is placed, hubcache keeps a second hard link
};

/// Returns "symlink", "hardlink", "reflink", "copy" or "in place".
std::string_view name_of(LinkKind kind);
Result<LinkKind> parse_link_kind(std::string_view text);  ///< rejects "in place"; ErrorCode::usage

}  // namespace hubcache
