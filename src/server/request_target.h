// Parses the target of a request: the parts of the path and the query.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubcache::server {

struct RequestTarget {
  std::vector<std::string_view> parts;  ///< parts of the path between slashes, still escaped
  std::string_view query;

  /// Returns the decoded value in the query; "" if it is missing or an escape is invalid.
  std::string asked(std::string_view name) const;
};

RequestTarget split_target(std::string_view target);

/// Decodes percent escapes; nullopt if one is invalid.
std::optional<std::string> unescaped(std::string_view text);

}  // namespace hubcache::server
