#include "hubs/aistudio/gitea_quoting.h"

#include <cctype>
#include <charconv>

namespace hubcache::hub {
namespace {

bool is_hex(std::string_view text, std::size_t at) {
  return at < text.size() && std::isxdigit(static_cast<unsigned char>(text[at])) != 0;
}

/// Models urllib3.util.url._encode_invalid_chars: if one '%' of a text does not begin an escape, urllib3 quotes each
/// '%'.
bool has_only_escapes(std::string_view text) {
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    if (!is_hex(text, at + 1) || !is_hex(text, at + 2)) return false;
  }
  return true;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned char byte = static_cast<unsigned char>(text[at]);
    if (text[at] == '%') {
      std::from_chars(text.data() + at + 1, text.data() + at + 3, byte, 16);
      at += 2;
    }
    out += static_cast<char>(byte);
  }
  return out;
}

}  // namespace

UnquotedRevision read_unquoted(std::string_view revision) {
  const std::string_view path = revision.substr(0, revision.find('#'));
  return {has_only_escapes(path) ? decoded(path) : std::string(path), path.size() < revision.size()};
}

bool is_found_unquoted(std::string_view revision, bool is_tag) {
  if (read_unquoted(revision).name != revision) return false;
  return is_tag || revision.find('/') == revision.npos;
}

}  // namespace hubcache::hub
