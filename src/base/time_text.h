// Points in time as text.
#pragma once

#include <cstdint>
#include <string>

namespace hubcache {

/// The last second of the year 9999, as seconds since 1970. Later times have no text.
inline constexpr std::int64_t last_second_with_text = 253'402'300'799;

/// Returns a point in time in UTC by ISO 8601: "2026-11-28T09:30:00Z". `second`: since 1970, 0 … last_second_with_text.
std::string iso_time(std::int64_t second);

}  // namespace hubcache
