// TRY(expression) evaluates to the value of a Result; if the Result is an Error, returns it from the enclosing
// function.
#pragma once

#include <hubcache/result.h>

namespace hubcache {
/// Does the same as operator*, but without [[nodiscard]]: some callers of TRY ignore the value.
template <class T>
T taken(Result<T>&& result) {
  return *std::move(result);
}
}  // namespace hubcache

#define HUBCACHE_JOIN_(a, b) a##b
#define HUBCACHE_JOIN(a, b) HUBCACHE_JOIN_(a, b)
#define HUBCACHE_TRY(name, ...)                \
  (__extension__({                             \
    auto name = (__VA_ARGS__);                 \
    if (!name) return std::move(name).error(); \
    hubcache::taken(std::move(name));          \
  }))
#define TRY(...) HUBCACHE_TRY(HUBCACHE_JOIN(try_result_, __COUNTER__), __VA_ARGS__)
