// "Did you mean": the known name that a mistyped one is nearest to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubcache {

/// The name that needs the fewest insertions, deletions, replacements and swaps of neighbours to become `word` (upper
/// and lower case count as equal); the first of equals. nullopt if even that one needs more than a third of the word's
/// letters.
std::optional<std::string> nearest_name(std::string_view word, const std::vector<std::string>& names);

}  // namespace hubcache
