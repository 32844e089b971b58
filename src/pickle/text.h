// The forms in which a pickle holds a str. Strings come out as UTF-8, lone surrogates as 3 bytes ("surrogatepass").
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hubcache::pickle {

bool is_ascii(std::string_view bytes);

/// Well-formed UTF-8, or UTF-8 with surrogates as 3 bytes each.
bool is_utf8_with_surrogates(std::string_view bytes);

/// UNICODE's argument: Latin-1 with \uXXXX and \UXXXXXXXX. nullopt where an escape is cut off or out of range.
std::optional<std::string> decode_raw_unicode_escape(std::string_view line);

/// STRING's argument: a Python 2 str as its repr writes it, in quotes. nullopt for anything else and, as CPython's
/// pickle.load without an encoding has it, for what is not ASCII.
std::optional<std::string> decode_quoted(std::string_view line);

}  // namespace hubcache::pickle
