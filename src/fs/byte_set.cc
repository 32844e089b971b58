// Parses the `[…]` of a pattern as git 2.39.5 does (wildmatch.c, dowild; the classes as in its own ctype.c, ASCII
// only).
#include <algorithm>
#include <array>

#include "fs/wildmatch.h"

namespace hubcache::fs {
namespace {

bool is_between(int byte, int first, int last) { return first <= byte && byte <= last; }
bool is_digit(int byte) { return is_between(byte, '0', '9'); }
bool is_lower(int byte) { return is_between(byte, 'a', 'z'); }
bool is_upper(int byte) { return is_between(byte, 'A', 'Z'); }
bool is_alnum(int byte) { return is_digit(byte) || is_lower(byte) || is_upper(byte); }

struct Class {
  std::string_view name;
  bool (*holds)(int byte);
};

constexpr std::array classes = {
    Class{"alnum", is_alnum},
    Class{"alpha", [](int byte) { return is_lower(byte) || is_upper(byte); }},
    Class{"blank", [](int byte) { return byte == ' ' || byte == '\t'; }},
    Class{"cntrl", [](int byte) { return byte < ' ' || byte == 0x7F; }},
    Class{"digit", is_digit},
    Class{"graph", [](int byte) { return is_between(byte, '!', '~'); }},
    Class{"lower", is_lower},
    Class{"print", [](int byte) { return is_between(byte, ' ', '~'); }},
    Class{"punct", [](int byte) { return is_between(byte, '!', '~') && !is_alnum(byte); }},
    Class{"space", [](int byte) { return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'; }},
    Class{"upper", is_upper},
    Class{"xdigit", [](int byte) { return is_digit(byte) || is_between(byte | 0x20, 'a', 'f'); }},
};

class Parser {
 public:
  Parser(std::string_view pattern, std::size_t at) : pattern_(pattern), at_(at) {}
  std::size_t at() const { return at_; }

  std::optional<ByteSet> parse() {
    const bool negated = peek() == '!' || peek() == '^';
    if (negated) ++at_;
    do {  // a leading `]` is a literal
      if (!parse_item()) return std::nullopt;
    } while (peek() != ']');
    ++at_;
    return negated ? ~set_ : set_;
  }

 private:
  /// Returns NUL at the end: no pattern contains NUL.
  char peek(std::size_t ahead = 0) const { return at_ + ahead < pattern_.size() ? pattern_[at_ + ahead] : '\0'; }

  bool parse_item() {
    if (peek() == '-' && previous_ != 0 && peek(1) != '\0' && peek(1) != ']') return parse_range();
    if (peek() == '[' && peek(1) == ':') return parse_class();
    return take_byte(previous_) && add(previous_, previous_);
  }

  /// Reads the next byte, or the byte after a backslash.
  bool take_byte(unsigned char& byte) {
    if (peek() == '\\') ++at_;
    byte = static_cast<unsigned char>(peek());
    ++at_;
    return byte != 0;
  }

  bool parse_range() {
    ++at_;
    unsigned char last = 0;
    if (!take_byte(last)) return false;
    add(previous_, last);
    previous_ = 0;
    return true;
  }

  bool parse_class() {
    const auto end = pattern_.find(']', at_ + 2);
    if (end == pattern_.npos) return false;
    if (end == at_ + 2 || pattern_[end - 1] != ':') {  // not a class: a literal `[`
      ++at_;
      return add(previous_ = '[', '[');
    }
    const std::string_view name = pattern_.substr(at_ + 2, end - 1 - (at_ + 2));
    const auto* const found = std::ranges::find(classes, name, &Class::name);
    if (found == classes.end()) return false;
    for (int byte = 0; byte < 128; ++byte) {
      if (found->holds(byte)) set_.set(static_cast<std::size_t>(byte));
    }
    at_ = end + 1;
    previous_ = 0;
    return true;
  }

  bool add(unsigned char first, unsigned char last) {
    for (std::size_t byte = first; byte <= last; ++byte) set_.set(byte);
    return true;
  }

  std::string_view pattern_;
  std::size_t at_;
  unsigned char previous_ = 0;
  ByteSet set_;
};

}  // namespace

std::optional<ByteSet> parse_byte_set(std::string_view pattern, std::size_t& at) {
  Parser parser(pattern, at);
  auto set = parser.parse();
  at = parser.at();
  return set;
}

}  // namespace hubcache::fs
