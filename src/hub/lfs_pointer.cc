#include "hub/lfs_pointer.h"

#include <charconv>
#include <string>

namespace hubcache::hub {
namespace {

constexpr std::size_t longest_pointer = 1024;  // bytes; git-lfs reads no more either

int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

std::optional<std::string> decoded(std::string_view base64) {
  std::string text;
  unsigned bits = 0;
  int count = 0;
  for (const char c : base64) {
    if (c == '\n' || c == '\r') continue;
    if (c == '=') break;
    const int value = value_of(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xFFFF;
    count += 6;
    if (count >= 8) text += static_cast<char>(bits >> (count -= 8) & 0xFF);
  }
  return text;
}

bool is_oid(std::string_view line) {
  static constexpr std::string_view key = "oid sha256:";
  return line.starts_with(key) && line.size() == key.size() + 64 &&
         line.find_first_not_of("0123456789abcdef", key.size()) == line.npos;
}

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const auto line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return line;
}

}  // namespace

std::optional<std::uint64_t> lfs_size_in(std::string_view text) {
  static constexpr std::string_view key = "size ";
  if (take_line(text) != "version https://git-lfs.github.com/spec/v1" || !is_oid(take_line(text))) return std::nullopt;
  const auto line = take_line(text);
  if (!line.starts_with(key)) return std::nullopt;
  std::uint64_t size = 0;
  const char* end = line.data() + line.size();
  const auto [stop, failure] = std::from_chars(line.data() + key.size(), end, size);
  return failure == std::errc() && stop == end ? std::optional(size) : std::nullopt;
}

std::optional<std::uint64_t> lfs_size_in_base64(std::string_view base64) {
  if (base64.size() > longest_pointer * 4 / 3) return std::nullopt;
  const auto text = decoded(base64);
  return text ? lfs_size_in(*text) : std::nullopt;
}

}  // namespace hubcache::hub
