#include "base/unicode.h"

#include <unordered_map>

#include "base/text.h"

namespace hubcache {
namespace {

/// Each line has a character, a space and its decomposition.
constexpr std::string_view table =
#include "base/canonical_decompositions.inc"
    ;

std::unordered_map<std::string_view, std::string_view> read_table() {
  std::unordered_map<std::string_view, std::string_view> found;
  for (std::size_t start = 0; start < table.size();) {
    const auto space = table.find(' ', start), end = table.find('\n', start);
    found.emplace(table.substr(start, space - start), table.substr(space + 1, end - space - 1));
    start = end + 1;
  }
  return found;
}

/// Returns the number of bytes of a character in valid UTF-8.
std::size_t length_of(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

char32_t three_byte_code(std::string_view character) {
  const auto bits = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(character[i]) & 0x3F);
  };
  return (static_cast<char32_t>(static_cast<unsigned char>(character[0]) & 0x0F) << 12) | bits(1) << 6 | bits(2);
}

void append_three_bytes(std::string& text, char32_t code) {
  text += static_cast<char>(0xE0 | code >> 12);
  text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
  text += static_cast<char>(0x80 | (code & 0x3F));
}

/// Appends the decomposition of a Hangul syllable (Unicode 3.12, "Hangul Syllable Decomposition"). Returns false for
/// other characters.
bool append_hangul(std::string& text, std::string_view character) {
  constexpr char32_t first = 0xAC00, last = 0xD7A3, leading = 0x1100, vowel = 0x1161, trailing = 0x11A7;
  constexpr char32_t trailings = 28, per_leading = 588;
  if (character.size() != 3) return false;
  const char32_t code = three_byte_code(character);
  if (code < first || code > last) return false;
  const char32_t index = code - first;
  append_three_bytes(text, leading + index / per_leading);
  append_three_bytes(text, vowel + index % per_leading / trailings);
  if (index % trailings > 0) append_three_bytes(text, trailing + index % trailings);
  return true;
}

}  // namespace

std::string decomposed(std::string_view utf8) {
  static const auto decompositions = read_table();
  if (!is_utf8(utf8)) return std::string(utf8);
  std::string text;
  for (std::size_t at = 0; at < utf8.size();) {
    const auto character = utf8.substr(at, length_of(utf8[at]));
    at += character.size();
    const auto found = character.size() > 1 ? decompositions.find(character) : decompositions.end();
    if (found != decompositions.end()) text += found->second;
    else if (!append_hangul(text, character)) text += character;
  }
  return text;
}

}  // namespace hubcache
