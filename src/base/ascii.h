// ASCII letters and blanks, independent of the locale.
#pragma once

#include <string>
#include <string_view>

namespace hubcache {

/// Returns the text with its ASCII letters in lower case; other bytes stay.
std::string in_lower_case(std::string_view text);

/// Returns the text without the ASCII blanks at its ends that str.strip of CPython 3.11 removes.
std::string_view stripped(std::string_view text);

}  // namespace hubcache
