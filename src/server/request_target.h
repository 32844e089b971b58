// The target of a request, taken apart: what stands between the slashes, and the query.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubcache::server {

struct RequestTarget {
  std::vector<std::string_view> parts;  ///< of the path, still escaped
  std::string_view query;

  /// The decoded value; "" where it is missing or not well escaped.
  std::string asked(std::string_view name) const;
};

RequestTarget split_target(std::string_view target);

/// Without its percent escapes; nullopt where one of them is none.
std::optional<std::string> unescaped(std::string_view text);

}  // namespace hubcache::server
