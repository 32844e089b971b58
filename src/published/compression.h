// Compresses by zlib.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hubcache::published {

/// Returns nullopt without memory.
std::optional<std::string> deflated(std::string_view bytes);
/// Calls `take` with pieces of the inflated text, until it returns false. Returns false then, and for bytes that
/// deflated() does not return, and if the text has more than `most` bytes; pieces may have been taken then.
bool inflate_pieces(std::string_view bytes, std::uint64_t most, const std::function<bool(std::string_view)>& take);

}  // namespace hubcache::published
