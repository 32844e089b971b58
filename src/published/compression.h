// Compresses by zlib.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubcache::published {

/// Returns nullopt without memory.
std::optional<std::string> deflated(std::string_view bytes);
/// Returns nullopt for bytes that deflated() does not return, or if the result has more than `most` bytes.
std::optional<std::string> inflated(std::string_view bytes, std::uint64_t most);

}  // namespace hubcache::published
