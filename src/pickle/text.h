// Decodes the formats of a str in a pickle. The results are UTF-8 with lone surrogates as 3 bytes ("surrogatepass").
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hubcache::pickle {

bool is_ascii(std::string_view bytes);

/// Whether the bytes are well-formed UTF-8, possibly with surrogates as 3 bytes each.
bool is_utf8_with_surrogates(std::string_view bytes);

/// Decodes the argument of UNICODE: Latin-1 with \uXXXX and \UXXXXXXXX. nullopt if an escape is incomplete or out of
/// range.
std::optional<std::string> decode_raw_unicode_escape(std::string_view line);

/// Decodes the argument of STRING: the repr of a Python 2 str, in quotes. nullopt for anything else, and for text that
/// is not ASCII, as in CPython's pickle.load without an encoding.
std::optional<std::string> decode_quoted(std::string_view line);

}  // namespace hubcache::pickle
