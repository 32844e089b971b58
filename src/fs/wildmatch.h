// git's wildmatch with WM_PATHNAME, compiled once, and matched without trying anything twice: at most (pattern × text)
// steps, where git's own takes exponentially many for `*a*a*a*b`.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hubcache::fs {

using ByteSet = std::bitset<256>;

class Wildmatch {
 public:
  /// Nothing for a pattern that is malformed, and so matches nothing.
  static std::optional<Wildmatch> compile(std::string_view pattern);

  bool matches(std::string_view text) const;

  /// False where no path can match `start` and then this: a part of it would be empty, "." or "..".
  bool can_follow(std::string_view start) const;

 private:
  enum class Kind : std::uint8_t {
    byte,      ///< this very one
    any_byte,  ///< `?`: all but a slash
    set,       ///< `[…]`: one of sets_
    star,      ///< `*`: any bytes but a slash
    folders,   ///< `**/`: nothing, or anything up to a slash
    anything,  ///< `**` at the end: any bytes
  };
  struct Token {
    Kind kind;
    unsigned char byte = 0;
    std::uint16_t set = 0;
  };
  /// Where to go on when what follows a wildcard did not match.
  struct Retry {
    std::size_t token = 0;  ///< the one after the wildcard; 0: there was none
    std::size_t text = 0;
  };
  struct Cursor;

  bool compile_next(std::string_view pattern, std::size_t& at);
  void compile_stars(std::string_view pattern, std::size_t& at);
  bool compile_set(std::string_view pattern, std::size_t& at);
  bool takes(const Token& token, char byte) const;
  bool step(Cursor& cursor) const;
  bool retry(Cursor& cursor) const;

  std::vector<Token> tokens_;
  std::vector<ByteSet> sets_;
};

/// Reads a `[…]` whose inside begins at `at`, and leaves `at` behind its `]`. Nothing where it is malformed.
std::optional<ByteSet> parse_byte_set(std::string_view pattern, std::size_t& at);

}  // namespace hubcache::fs
