#include "fs/wildmatch.h"

#include <algorithm>
#include <string>

namespace hubcache::fs {

std::optional<Wildmatch> Wildmatch::compile(std::string_view pattern) {
  Wildmatch compiled;
  for (std::size_t at = 0; at < pattern.size();) {
    if (!compiled.compile_next(pattern, at)) return std::nullopt;
  }
  return compiled;
}

bool Wildmatch::compile_next(std::string_view pattern, std::size_t& at) {
  char byte = pattern[at];
  if (byte == '*') {
    compile_stars(pattern, at);
    return true;
  }
  ++at;
  if (byte == '[') return compile_set(pattern, at);
  if (byte == '?') {
    tokens_.push_back({Kind::any_byte});
    return true;
  }
  if (byte == '\\') {
    if (at == pattern.size()) return false;
    byte = pattern[at++];
  }
  tokens_.push_back({Kind::byte, static_cast<unsigned char>(byte)});
  return byte != '\0';
}

/// Compiles `**` as a token that crosses folders only if it is a whole part of the pattern; elsewhere `**` equals `*`.
void Wildmatch::compile_stars(std::string_view pattern, std::size_t& at) {
  const std::size_t begin = at;
  at = std::min(pattern.find_first_not_of('*', begin), pattern.size());
  const std::string_view rest = pattern.substr(at);
  const bool begins_part = begin == 0 || pattern[begin - 1] == '/';
  if (at - begin < 2 || !begins_part) {
    tokens_.push_back({Kind::star});
  } else if (rest.starts_with('/')) {
    tokens_.push_back({Kind::folders});
    ++at;
  } else {
    tokens_.push_back({rest.empty() || rest.starts_with("\\/") ? Kind::anything : Kind::star});
  }
}

bool Wildmatch::compile_set(std::string_view pattern, std::size_t& at) {
  const auto set = parse_byte_set(pattern, at);
  if (!set) return false;
  tokens_.push_back({Kind::set, 0, static_cast<std::uint16_t>(sets_.size())});
  sets_.push_back(*set);
  return true;
}

bool Wildmatch::takes(const Token& token, char byte) const {
  const auto value = static_cast<unsigned char>(byte);
  if (token.kind == Kind::byte) return value == token.byte;
  return byte != '/' && (token.kind == Kind::any_byte || sets_[token.set][value]);
}

struct Wildmatch::Cursor {
  std::string_view text;
  std::size_t token = 0, at = 0;
  Retry star, folders;
};

/// Advances by one token; returns false if the token does not match.
bool Wildmatch::step(Cursor& cursor) const {
  const Token& token = tokens_[cursor.token];
  if (token.kind == Kind::star) {
    cursor.star = {++cursor.token, cursor.at};
    return true;
  }
  if (token.kind == Kind::folders || token.kind == Kind::anything) {
    cursor.folders = {++cursor.token, cursor.at};
    cursor.star = {};
    return true;
  }
  if (cursor.at == cursor.text.size() || !takes(token, cursor.text[cursor.at])) return false;
  ++cursor.token;
  ++cursor.at;
  return true;
}

/// Retries only the last star of a part and the last `**`: the tokens before them have matched as early in the text as
/// possible, and each part of the pattern covers exactly one part of the text.
bool Wildmatch::retry(Cursor& cursor) const {
  const std::string_view text = cursor.text;
  if (cursor.star.token != 0 && cursor.star.text < text.size() && text[cursor.star.text] != '/') {
    cursor.token = cursor.star.token;
    cursor.at = ++cursor.star.text;
    return true;
  }
  if (cursor.folders.token == 0) return false;
  const bool to_slash = tokens_[cursor.folders.token - 1].kind == Kind::folders;
  const std::size_t passed = to_slash ? text.find('/', cursor.folders.text) : cursor.folders.text;
  if (passed >= text.size()) return false;
  cursor.token = cursor.folders.token;
  cursor.at = cursor.folders.text = passed + 1;
  cursor.star = {};
  return true;
}

bool Wildmatch::matches(std::string_view text) const {
  Cursor cursor{text, 0, 0, {}, {}};
  for (;;) {
    if (cursor.token == tokens_.size()) {
      if (cursor.at == text.size() || (!tokens_.empty() && tokens_.back().kind == Kind::anything)) return true;
      if (!retry(cursor)) return false;
    } else if (!step(cursor) && !retry(cursor)) {
      return false;
    }
  }
}

bool Wildmatch::can_follow(std::string_view start) const {
  std::string shape(start);  // '*' represents the text that a wildcard matches
  const bool within_part = !start.empty() && !start.ends_with('/');
  for (const Token& token : tokens_) {
    // In patterns like `a**/b`, the wildcard may match nothing, and the next token then continues the same part.
    if (token.kind == Kind::folders && within_part && &token == &tokens_.front()) continue;
    shape += token.kind == Kind::byte ? static_cast<char>(token.byte) : '*';
    if (token.kind == Kind::folders) shape += '/';
  }
  for (std::size_t begin = 0; begin <= shape.size();) {
    const std::size_t end = std::min(shape.find('/', begin), shape.size());
    const std::string_view part = std::string_view(shape).substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

}  // namespace hubcache::fs
