#include "store/s3_xml.h"

#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "base/language.h"
#include "base/try.h"

namespace hubcache::store {
namespace {

constexpr std::size_t most_levels = 16;

Error not_understood() {
  return {ErrorCode::hub, say("the store sent XML that hubcache does not understand"),
          say("check that the address is that of an S3 service")};
}

/// Appends a character in UTF-8. Returns false if there is no such character.
bool append_character(std::string& text, unsigned code) {
  const auto add = [&](unsigned byte) { text += static_cast<char>(byte); };
  if (code == 0 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
  if (code < 0x80) return add(code), true;
  if (code < 0x800) add(0xC0 | code >> 6);
  else if (code < 0x10000) add(0xE0 | code >> 12), add(0x80 | (code >> 6 & 0x3F));
  else add(0xF0 | code >> 18), add(0x80 | (code >> 12 & 0x3F)), add(0x80 | (code >> 6 & 0x3F));
  add(0x80 | (code & 0x3F));
  return true;
}

bool append_entity(std::string& text, std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, char>, 5> known = {
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  for (const auto& [entity, character] : known) {
    if (name == entity) return text += character, true;
  }
  if (!name.starts_with('#')) return false;
  const bool is_hex = name.starts_with("#x");
  name.remove_prefix(is_hex ? 2 : 1);
  unsigned code = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, is_hex ? 16 : 10);
  return error == std::errc() && end == name.data() + name.size() && append_character(text, code);
}

/// Returns the text with its entities replaced.
std::optional<std::string> decoded(std::string_view raw) {
  std::string text;
  while (!raw.empty()) {
    const auto amp = raw.find('&');
    text += raw.substr(0, amp);
    if (amp == raw.npos) break;
    const auto end = raw.find(';', amp);
    if (end == raw.npos || !append_entity(text, raw.substr(amp + 1, end - amp - 1))) return std::nullopt;
    raw.remove_prefix(end + 1);
  }
  return text;
}

/// The elements that have begun and not ended.
class Open {
 public:
  explicit Open(const TakeElement& take) : take_(take) {}

  bool begin(std::string_view name) {
    if (name.empty() || levels_.size() == most_levels) return false;
    levels_.push_back({path_.size(), ""});
    path_ += (path_.empty() ? "" : "/") + std::string(name);
    return true;
  }
  bool end(std::string_view name) {
    if (levels_.empty()) return false;
    const std::size_t begin = levels_.back().path_before == 0 ? 0 : levels_.back().path_before + 1;
    if (std::string_view(path_).substr(begin) != name) return false;
    take_(path_, levels_.back().text);
    path_.resize(levels_.back().path_before);
    levels_.pop_back();
    return true;
  }
  bool add(std::string_view raw) {
    const auto text = decoded(raw);
    if (!text) return false;
    if (!levels_.empty()) levels_.back().text += *text;
    return !levels_.empty() || text->find_first_not_of(" \t\r\n") == text->npos;
  }
  bool is_empty() const { return levels_.empty(); }

 private:
  struct Level {
    std::size_t path_before;
    std::string text;
  };
  const TakeElement& take_;
  std::string path_;
  std::vector<Level> levels_;
};

/// Handles what is between '<' and '>'.
bool take_tag(Open& open, std::string_view tag) {
  if (tag.starts_with('?')) return tag.ends_with('?');
  if (tag.starts_with('!')) return false;
  if (tag.starts_with('/')) return open.end(tag.substr(1, tag.find_first_of(" \t\r\n") - 1));
  const bool is_empty_element = tag.ends_with('/');
  if (is_empty_element) tag.remove_suffix(1);
  const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n"));  // attributes are name spaces
  return open.begin(name) && (!is_empty_element || open.end(name));
}

}  // namespace

Result<void> read_xml(std::string_view xml, const TakeElement& take) {
  if (xml.starts_with("\xEF\xBB\xBF")) xml.remove_prefix(3);
  Open open(take);
  while (!xml.empty()) {
    const auto begin = xml.find('<');
    if (!open.add(xml.substr(0, begin))) return not_understood();
    if (begin == xml.npos) break;
    const auto end = xml.find('>', begin);
    if (end == xml.npos || !take_tag(open, xml.substr(begin + 1, end - begin - 1))) return not_understood();
    xml.remove_prefix(end + 1);
  }
  if (!open.is_empty()) return not_understood();
  return {};
}

std::string element_of(std::string_view xml, std::string_view path) {
  std::optional<std::string> found;
  const auto read = read_xml(xml, [&](std::string_view at, const std::string& text) {
    if (at == path && !found) found = text;
  });
  return read && found ? *found : "";
}

}  // namespace hubcache::store
