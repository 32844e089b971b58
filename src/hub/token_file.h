// The file in which a client keeps its access token.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <hubcache/result.h>

namespace hubcache::hub {

/// Removes ASCII blanks from both ends, as Python's str.strip() does.
std::string stripped(std::string_view text);

/// Returns the token in the file, without blanks at the ends; "" if the file does not exist. ErrorCode::hub if it
/// cannot be read: the hint says that `client` fails too, and suggests `variable`.
Result<std::string> token_in(const std::filesystem::path& file, std::string_view client, std::string_view variable);

}  // namespace hubcache::hub
