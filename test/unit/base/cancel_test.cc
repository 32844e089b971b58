#include "base/cancel.h"

#include <thread>

#include <doctest/doctest.h>

namespace {

using hubcache::CancelScope;
using hubcache::check_not_cancelled;
using hubcache::ErrorCode;
using hubcache::is_cancelled;

TEST_CASE("Without a scope nothing is canceled") {
  CHECK_FALSE(is_cancelled());
  CHECK(check_not_cancelled().has_value());
}

TEST_CASE("A cancellation lasts until the end of its scope, and asks once") {
  int asked = 0;
  {
    const CancelScope scope([&] { return ++asked == 2; });
    CHECK_FALSE(is_cancelled());
    CHECK(is_cancelled());
    CHECK(is_cancelled());
    CHECK(check_not_cancelled().error().code == ErrorCode::interrupted);
    CHECK(asked == 2);
  }
  CHECK_FALSE(is_cancelled());
}

TEST_CASE("The innermost scope counts") {
  const CancelScope outer([] { return true; });
  {
    const CancelScope inner([] { return false; });
    CHECK_FALSE(is_cancelled());
  }
  CHECK(is_cancelled());
}

TEST_CASE("A scope is its thread's alone") {
  const CancelScope scope([] { return true; });
  bool there = true;
  std::thread([&] { there = is_cancelled(); }).join();
  CHECK_FALSE(there);
}

}  // namespace
