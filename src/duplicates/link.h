// Replaces a file by a hard link to an equal file.
//
// The link is made beside the file, under a name that follows from the file's name, and the two names are exchanged in
// one step: at every moment the file's name leads to a whole file with the same bytes. Before, all bytes are compared
// while no program has one of the files open for writing; after, what came out is examined again, and goes back if it
// is not the file that was compared. A killed process leaves at most that other name, which the next one removes.
#pragma once

#include <string_view>

#include <hubcache/result.h>

#include "duplicates/act.h"
#include "duplicates/files.h"

namespace hubcache::duplicates {

/// Makes all names of `file` names of `kept`. `gain`: the bytes that this gains.
Done link(const Files& files, const File& kept, const File& file, std::uint64_t gain);

/// Whether link() gives such names to its links.
bool is_left_over(std::string_view name);
/// Removes a name that a killed process has left, if its content is still there under another name. Returns a sentence
/// about it if it stays; "" if it is gone.
std::string remove_left_over(const Files& files, const FileName& name);

}  // namespace hubcache::duplicates
