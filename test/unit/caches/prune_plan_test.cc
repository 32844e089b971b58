#include "caches/prune_plan.h"

#include <cstdint>
#include <limits>

#include <doctest/doctest.h>

#include "caches/link_target.h"

namespace hubcache::caches {

TEST_CASE("a file is old if nobody has written to it for a day") {
  constexpr std::int64_t hour = 3600ll * 1'000'000'000, now = 20'000 * 24 * hour;
  CHECK(is_old(now - 25 * hour, now));
  CHECK_FALSE(is_old(now - 23 * hour, now));
  CHECK_FALSE(is_old(now, now));
  CHECK_FALSE(is_old(now + 48 * hour, now));  // a clock is wrong
  CHECK(is_old(0, now));
  CHECK_FALSE(is_old(std::numeric_limits<std::int64_t>::max(), now));
}

TEST_CASE("parts of names") {
  CHECK(has_part("a/._hubcache/b", "._hubcache"));
  CHECK(has_part("._hubcache", "._hubcache"));
  CHECK_FALSE(has_part("a/x._hubcache/b", "._hubcache"));
  CHECK_FALSE(has_part("", "._hubcache"));
  CHECK(is_at_or_below("blobs/a", "blobs"));
  CHECK(is_at_or_below("blobs", "blobs"));
  CHECK_FALSE(is_at_or_below("blobs2/a", "blobs"));
  CHECK_FALSE(is_at_or_below("a", ""));
}

}  // namespace hubcache::caches
