#include "hub/anatomy.h"

#include <algorithm>

namespace hubcache::hub {
namespace {

bool is_decimal(char c) { return c >= '0' && c <= '9'; }
bool is_lower_hex(char c) { return is_decimal(c) || (c >= 'a' && c <= 'f'); }

/// Removes `mark` and the digits after it from the end; returns false if the text does not end so.
template <class IsDigit>
bool cut_digits(std::string_view& text, char mark, std::size_t least, IsDigit is_digit) {
  std::size_t end = text.size();
  while (end > 0 && is_digit(text[end - 1])) --end;
  if (text.size() - end < least || end == 0 || text[end - 1] != mark) return false;
  text = text.substr(0, end - 1);
  return true;
}

}  // namespace

bool is_unfinished(const Anatomy& anatomy, std::string_view path) {
  return std::ranges::any_of(anatomy.unfinished, [&](std::string_view ending) { return path.ends_with(ending); });
}

std::string finished_name(const Anatomy& anatomy, std::string_view path) {
  constexpr std::size_t random_digits = 8;
  for (const std::string_view ending : anatomy.unfinished) {
    if (!path.ends_with(ending)) continue;
    path.remove_suffix(ending.size());
    cut_digits(path, '.', random_digits, is_lower_hex);
    break;
  }
  std::string_view whole = path;
  const bool has_end = cut_digits(whole, '_', 1, is_decimal);
  const bool has_begin = cut_digits(whole, '_', 1, is_decimal);
  return std::string(has_begin && has_end ? whole : path);
}

}  // namespace hubcache::hub
