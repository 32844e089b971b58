#include "server/request_target.h"

#include <algorithm>

namespace hubcache::server {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

template <class Take>
void for_each_part(std::string_view text, char separator, const Take& take) {
  for (std::size_t start = 0; start <= text.size();) {
    const auto end = std::min(text.find(separator, start), text.size());
    take(text.substr(start, end - start));
    start = end + 1;
  }
}

}  // namespace

RequestTarget split_target(std::string_view target) {
  RequestTarget split;
  const auto question = std::min(target.find('?'), target.size());
  split.query = target.substr(std::min(question + 1, target.size()));
  std::string_view path = target.substr(0, question);
  if (path.starts_with('/')) path.remove_prefix(1);
  split.parts.reserve(10);
  for_each_part(path, '/', [&](std::string_view part) { split.parts.push_back(part); });
  return split;
}

std::optional<std::string> unescaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? digit(text[i + 1]) : -1, low = high < 0 ? -1 : digit(text[i + 2]);
    if (low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string RequestTarget::asked(std::string_view name) const {
  std::string value;
  bool is_found = false;
  for_each_part(query, '&', [&](std::string_view pair) {
    const auto equals = std::min(pair.find('='), pair.size());
    if (is_found || pair.substr(0, equals) != name) return;
    is_found = true;
    std::string text(pair.substr(std::min(equals + 1, pair.size())));
    std::ranges::replace(text, '+', ' ');
    value = unescaped(text).value_or("");
  });
  return value;
}

}  // namespace hubcache::server
