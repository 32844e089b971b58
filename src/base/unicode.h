// Makes names comparable that look the same but have different bytes: "é" as one character, or as "e" with an accent.
#pragma once

#include <string>
#include <string_view>

namespace hubcache {

/// Replaces every character by its full canonical decomposition. The result is the same for the composed form (NFC, as
/// in Linux and git) and the decomposed form (NFD, as in macOS and its archives) of a name. Does not sort combining
/// characters into canonical order. Returns text that is not UTF-8 unchanged.
std::string decomposed(std::string_view utf8);

}  // namespace hubcache
