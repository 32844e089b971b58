// How a file of the user's folder comes to stand in a client's place.
#pragma once

#include <string_view>

#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

enum class LinkKind {
  symlink,
  hardlink,
  reflink,  ///< shares the blocks until one side is written to (btrfs, xfs)
  copy,
  in_place,  ///< the user's folder is the place: nothing is placed, a second hard link is kept
};

/// "symlink", "hardlink", "reflink", "copy", "in place".
std::string_view name_of(LinkKind kind);
Result<LinkKind> parse_link_kind(std::string_view text);  ///< not "in place"; ErrorCode::usage

}  // namespace hubcache
