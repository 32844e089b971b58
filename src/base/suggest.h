// "Did you mean": finds the known name that is most similar to a mistyped one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubcache {

/// Returns the name that needs the fewest insertions, deletions, replacements and swaps of neighbouring letters to
/// become `word`, ignoring case; the first of several such names. nullopt if that name needs more changes than a third
/// of the word's length (at least one change is allowed), or if the word is longer than 256 bytes.
std::optional<std::string> nearest_name(std::string_view word, const std::vector<std::string>& names);

}  // namespace hubcache
