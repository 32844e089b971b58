#include "base/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/language.h"

namespace hubcache {
namespace {

/// Returns the number of bytes of the well-formed UTF-8 character at `at`; 0 if there is none (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool beyond = first == 0xF4 && byte(1) > 0x8F;
    return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

/// Returns the code point of a well-formed character.
std::uint32_t code_point(std::string_view character) {
  const auto byte = [&](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0);
  std::uint32_t point = byte(0) & (0x7F >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i) point = point << 6 | (byte(i) & 0x3F);
  return point;
}

struct Range {
  std::uint32_t first, last;
};

/// C0 and C1 controls, which control terminals; the line and paragraph separators; the controls of the bidirectional
/// algorithm (Unicode 15, UAX #9), with which "\u202Egpj.exe" looks like "exe.jpg"; and characters that a terminal does
/// not show (Unicode 15, Default_Ignorable_Code_Point), with which two different names look the same. U+200C, U+200D
/// and the variation selectors are not in the list, because ordinary words and emoji contain them.
constexpr Range unprintable[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},       {0xAD, 0xAD},       {0x34F, 0x34F},     {0x61C, 0x61C},
    {0x115F, 0x1160}, {0x17B4, 0x17B5},   {0x180E, 0x180E},   {0x200B, 0x200B},   {0x200E, 0x200F},
    {0x2028, 0x202E}, {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE00FF},
};

bool is_unprintable(std::string_view character) {
  const std::uint32_t point = code_point(character);
  return std::ranges::any_of(unprintable, [&](Range range) { return point >= range.first && point <= range.last; });
}

void append_escaped(std::string& out, std::string_view bytes) {
  for (const char byte : bytes) {
    if (byte == '\n') out += "\\n";
    else if (byte == '\t') out += "\\t";
    else out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  }
}

/// Escapes the text. `kept`: characters that stay unescaped.
std::string escaped(std::string_view text, std::string_view kept) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    const std::string_view character = text.substr(at, length == 0 ? 1 : length);
    const bool is_kept = character.size() == 1 && kept.find(character[0]) != kept.npos;
    if (!is_kept && (length == 0 || is_unprintable(character))) append_escaped(out, character);
    else if (!is_kept && character == "\\") out += "\\\\";
    else out += character;
    at += character.size();
  }
  return out;
}

}  // namespace

std::string printable(std::string_view name) { return escaped(name, ""); }

std::string for_terminal(std::string_view text) { return escaped(text, "\n\t\\"); }

std::string in_quotes(std::string_view name) { return "'" + printable(name) + "'"; }

std::string shell_word(std::string_view name) {
  static constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+=,";
  const bool is_plain = !name.empty() && name.find_first_not_of(plain) == name.npos;
  if (is_plain) return std::string(name);
  const std::string shown = printable(name);
  std::string word;
  if (shown == name) {
    for (const char c : name) word += c == '\'' ? "'\\''" : std::string(1, c);
    return "'" + word + "'";
  }
  for (const char c : shown) word += c == '\'' ? "\\'" : std::string(1, c);
  return "$'" + word + "'";
}

std::string human_size(std::uint64_t bytes) {
  constexpr std::array units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1023.95 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string counted(std::uint64_t count, std::string_view noun) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  if (!is_translating()) return fmt::format("{} {}{}", digits, noun, count == 1 ? "" : "s");
  const std::string english = "{} " + std::string(noun);
  return fmt::format(fmt::runtime(translated(english)), digits);
}

std::string counted_names(const std::vector<std::string>& names, std::string_view noun) {
  constexpr std::size_t shown_at_most = 5;
  std::string shown;
  for (std::size_t i = 0; i < names.size() && i < shown_at_most; ++i)
    shown += (i > 0 ? say(", ") : "") + in_quotes(names[i]);
  if (names.size() > shown_at_most) shown += say(", and {} more", names.size() - shown_at_most);
  return say("{} ({})", counted(names.size(), noun), shown);
}

std::string to_hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string from_hex(std::string_view digits) {
  const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  std::string bytes(digits.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(value(digits[2 * i]) << 4 | value(digits[2 * i + 1]));
  }
  return bytes;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace hubcache
