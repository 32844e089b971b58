// Numbers as pickles write them.
#pragma once

#include <cstdint>
#include <string_view>

namespace hubcache::pickle {

enum class Integer { malformed, fits, large };  ///< large: beyond 64 bits

/// Decimal as Python's repr has it: no sign but '-', no leading zeros; at most 4,300 digits, which is CPython's own
/// limit (sys.int_info.default_max_str_digits).
Integer parse_integer(std::string_view text, std::int64_t& value);

/// Little-endian two's complement of any length; no bytes are 0.
Integer read_integer(std::string_view bytes, std::int64_t& value);

/// A memo number: decimal digits only.
bool parse_index(std::string_view text, std::uint64_t& index);

/// A float's repr, within the range of a double.
bool is_float(std::string_view text);

}  // namespace hubcache::pickle
