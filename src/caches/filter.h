// The conditions by which users select cached repos: "size>1G", "used>30d", "state=partial", "name=owner/*".
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/caches.h>
#include <hubcache/result.h>

namespace hubcache::caches {

/// Whether a repo fulfils a condition. `now`: seconds since 1970.
using Condition = std::function<bool(const CachedRepo& repo, std::int64_t now)>;

/// ErrorCode::usage for a text that is not a condition.
Result<Condition> parse_condition(std::string_view text);
Result<std::vector<Condition>> parse_conditions(const std::vector<std::string>& texts);

/// Parses a size: "1500", "1.5G", "20MiB", "1g"; the units are powers of 1,024.
Result<std::uint64_t> parse_size(std::string_view text);
/// Parses a duration: a whole number and h, d, w or y. Returns seconds.
Result<std::int64_t> parse_duration(std::string_view text);

}  // namespace hubcache::caches
