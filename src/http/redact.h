// Text that a stranger wrote may echo the token back at us.
#pragma once

#include <string>
#include <string_view>

namespace hubcache::http {

/// `text` with every occurrence of `token`, as it is or percent-encoded, replaced by "***". Before escaping or cutting.
std::string redact(std::string text, std::string_view token);

}  // namespace hubcache::http
