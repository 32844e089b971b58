#include "base/ascii.h"

#include <algorithm>

namespace hubcache {

std::string in_lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return out;
}

std::string_view stripped(std::string_view text) {
  static constexpr std::string_view blanks = " \t\n\r\v\f\x1c\x1d\x1e\x1f";
  const auto start = std::min(text.find_first_not_of(blanks), text.size());
  return text.substr(start, text.find_last_not_of(blanks) + 1 - start);
}

}  // namespace hubcache
