// Names that look the same and are not: "é" as one character or as "e" with a combining accent.
#pragma once

#include <string>
#include <string_view>

namespace hubcache {

/// The text with every character replaced by its full canonical decomposition: equal for the composed form (NFC, as
/// Linux and git have it) and the decomposed one (NFD, as macOS and its archives have it) of one name. Combining
/// characters are not put into canonical order. Text that is not UTF-8 is returned as it is.
std::string decomposed(std::string_view utf8);

}  // namespace hubcache
