// The file in which a client keeps its access token.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <hubcache/result.h>

namespace hubcache::hub {

/// Removes ASCII blanks from both ends, as Python's str.strip() does.
std::string stripped(std::string_view text);

/// What the file holds, without blanks around it; "" if there is none. ErrorCode::hub where it cannot be read: the hint
/// names the client that fails on it too, and the variable that helps.
Result<std::string> token_in(const std::filesystem::path& file, std::string_view client, std::string_view variable);

}  // namespace hubcache::hub
