// Parses numbers in pickles.
#pragma once

#include <cstdint>
#include <string_view>

namespace hubcache::pickle {

enum class Integer { malformed, fits, large };  ///< large: beyond 64 bits

/// Parses a decimal number as written by Python's repr: no sign but '-', no leading zeros; at most 4,300 digits,
/// CPython's limit (sys.int_info.default_max_str_digits).
Integer parse_integer(std::string_view text, std::int64_t& value);

/// Reads a little-endian two's complement number of any length; the empty text is 0.
Integer read_integer(std::string_view bytes, std::int64_t& value);

/// Parses a memo number: decimal digits only.
bool parse_index(std::string_view text, std::uint64_t& index);

/// Whether the text is a float's repr within the range of a double.
bool is_float(std::string_view text);

}  // namespace hubcache::pickle
