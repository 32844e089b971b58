#include "pickle/number.h"

#include <algorithm>
#include <charconv>

namespace hubcache::pickle {
namespace {

constexpr std::size_t max_digits = 4300;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_decimal(std::string_view text) {
  if (text == "0") return true;
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() <= max_digits && text.front() != '0' && std::ranges::all_of(text, is_digit);
}

/// Removes the most significant bytes that only repeat the sign.
std::string_view without_sign_extension(std::string_view bytes) {
  const auto negative = [](char byte) { return (static_cast<unsigned char>(byte) & 0x80) != 0; };
  while (bytes.size() > 1) {
    const char top = bytes.back(), next = bytes[bytes.size() - 2];
    if (top != (negative(next) ? '\xff' : '\0')) break;
    bytes.remove_suffix(1);
  }
  return bytes;
}

}  // namespace

Integer parse_integer(std::string_view text, std::int64_t& value) {
  if (!is_decimal(text)) return Integer::malformed;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? Integer::fits : Integer::large;
}

Integer read_integer(std::string_view bytes, std::int64_t& value) {
  bytes = without_sign_extension(bytes);
  if (bytes.size() > sizeof value) return Integer::large;
  const bool negative = !bytes.empty() && (static_cast<unsigned char>(bytes.back()) & 0x80) != 0;
  std::uint64_t bits = negative ? ~std::uint64_t{0} : 0;
  for (std::size_t i = bytes.size(); i-- > 0;) bits = (bits << 8) | static_cast<unsigned char>(bytes[i]);
  value = static_cast<std::int64_t>(bits);
  return Integer::fits;
}

bool parse_index(std::string_view text, std::uint64_t& index) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  return error == std::errc() && end == text.data() + text.size();
}

bool is_float(std::string_view text) {
  if (text.find('(') != text.npos) return false;  // from_chars also accepts C's "nan(…)"
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace hubcache::pickle
