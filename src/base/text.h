// Text for people: names that may hold anything, sizes, counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubcache {

/// Fit for a terminal: control characters, escapes and bytes that are not UTF-8 as \n, \t, \xNN; a backslash doubled.
/// So are the characters that change the order of others on a screen (U+202E and its like), Unicode's line ends, and
/// characters that a screen does not show (U+200B and its like).
std::string printable(std::string_view name);

/// Returns whole lines of text fit for a terminal: as printable(), but line ends, tabs and backslashes stay. For what
/// is printed in the end, should a part of it not have gone through printable().
std::string for_terminal(std::string_view text);

/// printable() in single quotes.
std::string in_quotes(std::string_view name);

/// One word of a command line for people to copy: quoted for a POSIX shell where it needs that. A name that printable()
/// changes is written as bash and zsh read it: $'a\\nb'.
std::string shell_word(std::string_view name);

/// "17 B", "1.5 KiB", "12.3 GiB": powers of 1,024.
std::string human_size(std::uint64_t bytes);

/// "1 file", "1,500 files": `noun` in the singular, a plural by 's'.
std::string counted(std::uint64_t count, std::string_view noun);

/// "2 files ('a', 'b')": the first five by name.
std::string counted_names(const std::vector<std::string>& names, std::string_view noun);

/// Lower-case.
std::string to_hex(std::string_view bytes);
/// The bytes of lower-case hex digits, which must be that.
std::string from_hex(std::string_view digits);

/// Well-formed UTF-8 without surrogates and overlong forms.
bool is_utf8(std::string_view text);

}  // namespace hubcache
