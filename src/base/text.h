// Text for users: names that may contain any bytes, sizes, counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubcache {

/// Escapes a name for a terminal: writes control characters and bytes that are not UTF-8 as \n, \t or \xNN, and doubles
/// backslashes. Also escapes characters that change the order of others on a screen (such as U+202E), Unicode's line
/// ends, and characters that a screen does not show (such as U+200B).
std::string printable(std::string_view name);

/// Escapes whole lines for a terminal: like printable(), but keeps line ends, tabs and backslashes. For complete
/// output, in case a part of it was not escaped by printable().
std::string for_terminal(std::string_view text);

/// Returns printable() in single quotes.
std::string in_quotes(std::string_view name);

/// Returns one word of a command line that users can copy: quoted for a POSIX shell if necessary. A name that
/// printable() changes is written in the form of bash and zsh: $'a\nb'.
std::string shell_word(std::string_view name);

/// Returns a size in powers of 1,024: "17 B", "1.5 KiB", "12.3 GiB".
std::string human_size(std::uint64_t bytes);

/// Returns a count with its noun: "1 file", "1,500 files". `noun`: a literal, a singular whose plural ends in 's'; the
/// catalogue of translations has it as "{} file".
std::string counted(std::uint64_t count, std::string_view noun);

/// Returns a count with the first five names: "2 files ('a', 'b')".
std::string counted_names(const std::vector<std::string>& names, std::string_view noun);

/// Returns lower-case hex.
std::string to_hex(std::string_view bytes);
/// Decodes hex. `digits` must be an even number of lower-case hex digits.
std::string from_hex(std::string_view digits);

/// Whether the text is well-formed UTF-8, without surrogates and overlong forms.
bool is_utf8(std::string_view text);

}  // namespace hubcache
