#include "pickle/text.h"

#include <charconv>
#include <cstdint>
#include <cstring>

namespace hubcache::pickle {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | (code >> 12));
    tail(6), tail(0);
  } else {
    out += static_cast<char>(0xf0 | (code >> 18));
    tail(12), tail(6), tail(0);
  }
}

/// Removes exactly `digits` hex digits from the front, and returns their value.
std::optional<std::uint32_t> take_hex(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  const std::string_view front = text.substr(0, digits);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(front.data(), front.data() + front.size(), value, 16);
  if (error != std::errc() || end != front.data() + front.size()) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

/// Returns the length of the well-formed sequence of 2 to 4 bytes at the front; 0 if there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto is_tail = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned lead = byte(0), second = byte(1);
  if (!is_tail(1)) return 0;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (!is_tail(2)) return 0;
  if (lead == 0xe0 ? second >= 0xa0 : lead > 0xe0 && lead <= 0xef) return 3;
  if (!is_tail(3)) return 0;
  const bool in_range = lead == 0xf0 ? second >= 0x90 : lead == 0xf4 ? second < 0x90 : lead > 0xf0 && lead < 0xf4;
  return in_range ? 4 : 0;
}

std::size_t ascii_prefix(std::string_view bytes) {
  std::size_t length = 0;
  for (std::uint64_t word = 0; length + sizeof word <= bytes.size(); length += sizeof word) {
    std::memcpy(&word, bytes.data() + length, sizeof word);
    if (word & 0x8080808080808080U) break;
  }
  while (length < bytes.size() && static_cast<unsigned char>(bytes[length]) < 0x80) ++length;
  return length;
}

std::optional<char> take_escape(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  const char kind = text.front();
  text.remove_prefix(1);
  switch (kind) {
    case '\\':
    case '\'':
    case '"': return kind;
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'x':
      if (const auto code = take_hex(text, 2)) return static_cast<char>(*code);
      return std::nullopt;
    default: return std::nullopt;
  }
}

}  // namespace

bool is_ascii(std::string_view bytes) { return ascii_prefix(bytes) == bytes.size(); }

bool is_utf8_with_surrogates(std::string_view bytes) {
  while (bytes.remove_prefix(ascii_prefix(bytes)), !bytes.empty()) {
    const auto length = sequence_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::optional<std::string> decode_raw_unicode_escape(std::string_view line) {
  std::string text;
  while (!line.empty()) {
    const char first = line.front();
    line.remove_prefix(1);
    append_utf8(text, static_cast<unsigned char>(first));
    if (first != '\\' || line.empty()) continue;
    const char kind = line.front();
    line.remove_prefix(1);
    if (kind != 'u' && kind != 'U') {  // neither of two backslashes starts an escape
      append_utf8(text, static_cast<unsigned char>(kind));
      continue;
    }
    const auto code = take_hex(line, kind == 'u' ? 4 : 8);
    if (!code || *code > 0x10ffff) return std::nullopt;
    text.pop_back();
    append_utf8(text, *code);
  }
  return text;
}

std::optional<std::string> decode_quoted(std::string_view line) {
  if (line.size() < 2 || line.front() != line.back() || (line.front() != '\'' && line.front() != '"')) {
    return std::nullopt;
  }
  line = line.substr(1, line.size() - 2);
  std::string text;
  while (!line.empty()) {
    const char first = line.front();
    line.remove_prefix(1);
    if (first != '\\') {
      text += first;
    } else if (const auto escaped = take_escape(line)) {
      text += *escaped;
    } else {
      return std::nullopt;
    }
  }
  return is_ascii(text) ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace hubcache::pickle
