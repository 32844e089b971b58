#include "published/manifest_text.h"

#include <algorithm>

#include <simdjson.h>

namespace hubcache::published {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t most_bytes = 64 << 10;  // of an item, whose path may have 4,096 bytes; of the rest

/// Whether the text ends with the name "files" and a colon.
bool names_files(std::string_view text) {
  const auto drop_blanks = [&] { text = text.substr(0, text.find_last_not_of(blanks) + 1); };
  drop_blanks();
  if (!text.ends_with(':')) return false;
  text.remove_suffix(1);
  drop_blanks();
  return text.ends_with("\"files\"");
}

}  // namespace

bool ManifestText::take(std::string_view piece) {
  while (!piece.empty()) {
    std::string& to = part_ == Part::files ? item_ : rest_;
    if (is_escaped_) {
      is_escaped_ = false;
      to += piece.front();
      piece.remove_prefix(1);
      continue;
    }
    const auto plain = std::min(piece.find_first_of(is_in_text_ ? "\"\\" : "\"[]{},"), piece.size());
    to.append(piece.substr(0, plain));
    if (to.size() > most_bytes) return false;
    piece.remove_prefix(plain);
    if (piece.empty()) break;
    structure(piece.front());
    piece.remove_prefix(1);
  }
  return true;
}

void ManifestText::structure(char c) {
  if (is_in_text_ || c == '"') {
    (part_ == Part::files ? item_ : rest_) += c;
    if (c == '\\') is_escaped_ = true;
    else is_in_text_ = !is_in_text_;
    return;
  }
  const bool opens = c == '[' || c == '{', closes = c == ']' || c == '}';
  if (part_ == Part::files && depth_ == 2 && (c == ',' || c == ']')) {
    end_entry();
    if (c == ',') return;
    part_ = Part::after;
  }
  if (part_ == Part::before && depth_ == 1 && c == '[' && names_files(rest_)) {
    rest_ += c;
    part_ = Part::files;
  } else {
    (part_ == Part::files ? item_ : rest_) += c;
  }
  depth_ += opens ? 1 : closes ? -1 : 0;
}

void ManifestText::end_entry() {
  if (item_.find_first_not_of(blanks) != item_.npos) {
    item_.reserve(item_.size() + simdjson::SIMDJSON_PADDING);
    entry_(item_);
  }
  item_.clear();
}

}  // namespace hubcache::published
