// Reads parts of a file that has been found, if it is still in the same state.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "duplicates/files.h"
#include "fs/source.h"

namespace hubcache::duplicates {

/// Opens a name of the file below its folder, through no symlink. The Error says that it has changed, or why it cannot
/// be opened.
Result<fs::Source> open_unchanged(const Files& files, const File& file, const FileName& name);
/// Like open_unchanged(), but the number of hard links, and with it the ctime, may have changed.
Result<fs::Source> open_unchanged_but_for_links(const Files& files, const File& file, const FileName& name);

/// Whether the open file still has the state.
bool is_unchanged(int opened, const hash::FileState& state);

using Mark = std::array<unsigned char, 16>;  ///< a digest (XXH3)

/// Identifies the blocks of a file: files with the same mark share all blocks. nullopt if the file system does not tell
/// all of them.
std::optional<Mark> blocks_of(const Files& files, const File& file);

/// Identifies the first and the last bytes; nullopt if they cannot be read or the file has changed.
std::optional<Mark> ends_of(const Files& files, const File& file);
/// Files of this size have no middle that ends_of() leaves out.
constexpr std::uint64_t both_ends = 128 * 1024;

/// Identifies what a hard link shares besides the content: mode, group and extended attributes. nullopt if it cannot be
/// read.
std::optional<std::string> attributes_of(int opened);

}  // namespace hubcache::duplicates
