// Removes the token from text of others, for example of a server, which may contain the token.
#pragma once

#include <string>
#include <string_view>

namespace hubcache::http {

/// Returns `text` with every occurrence of `token`, unchanged or percent-encoded, replaced by "***". Call it before
/// text is escaped or truncated.
std::string redact(std::string text, std::string_view token);

}  // namespace hubcache::http
