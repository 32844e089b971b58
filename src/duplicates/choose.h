// Decides which of the equal files is kept, and which share its blocks or become names of it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <hubcache/dedupe.h>

#include "duplicates/files.h"

namespace hubcache::duplicates {

/// One of several equal files.
struct EqualFile {
  std::uint32_t number = 0;
  std::uint32_t blocks = 0;  ///< files with the same number share all blocks
  std::int64_t mtime = 0;    ///< nanoseconds
  std::uint64_t occupied = 0;
  /// The attributes (attributes_of) that another file must share to become a hard link; nullopt: no hard links.
  std::optional<std::string> attributes = {};
};

/// One file, and the others that get its blocks or become names of it.
struct Choice {
  std::uint32_t kept = 0;
  Group others;
  Sharing sharing = Sharing::blocks;
};

struct Choices {
  std::vector<Choice> choices;
  Group shared;                     ///< the files that share all blocks with a kept file already
  std::uint64_t by_hard_links = 0;  ///< bytes that hard links would gain, but the user does not want them
  std::uint64_t not_sharable = 0;   ///< bytes of the other duplicates
};

/// `by_blocks`: whether the file system lets files share blocks. Keeps the file whose blocks most files use; among them
/// the one that was changed first: by a hard link, the others get its time.
Choices choose(std::span<const EqualFile> files, bool by_blocks, bool hard_links);

}  // namespace hubcache::duplicates
